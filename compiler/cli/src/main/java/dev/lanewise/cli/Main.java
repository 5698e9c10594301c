package dev.lanewise.cli;

/// The entry point of the program `lanewise`.
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        var version = Main.class.getPackage().getImplementationVersion();
        System.out.println("lanewise " + (version == null ? "(development)" : version));
    }
}

using Jevons.Cli;

using ProcessConsole console = new();
return await CommandLine.RunAsync(args, console.Context);

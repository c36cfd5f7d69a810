using System.CommandLine;
using Jevons.Benchmarks;

RootCommand root = new("Measured comparisons of Jevons with its peers. Each verb says with --help what it takes.")
{
    SpeedVerb.Create(), GemmVerb.Create(), LogitsVerb.Create(), FirstTokenVerb.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or InvalidOperationException or NotSupportedException)
{
    await Console.Error.WriteLineAsync($"error: {e.Message}");
    return 1;
}

namespace Jevons.Cli;

/// <summary><c>train</c>: what a model is made of, learnt from data; one subcommand for each way.</summary>
internal static class TrainVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command with its subcommands.</returns>
    public static VerbCommand Create(CliContext context) => new(
        "train",
        "Learns from data; see the help of each subcommand.",
        "jevons train tokenizer --data corpus.txt --vocab-size 8192 --out my-tokenizer/")
    {
        TrainTokenizerVerb.Create(context),
    };
}

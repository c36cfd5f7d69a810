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
        "jevons train sft --set model=my-model.gguf --set data=my.jsonl --set output=out --set lora.rank=8",
        "jevons train tokenizer --data corpus.txt --vocab-size 8192 --out my-tokenizer/",
        "jevons train config")
    {
        TrainTokenizerVerb.Create(context),
        TrainSupervisedVerb.Create(context, "pretrain", "Trains a model to continue text, from JSON lines."),
        TrainSupervisedVerb.Create(context, "sft", "Trains a model on conversations or completions, from JSON lines: the assistant's words count."),
        TrainConfigVerb.Create(context),
    };
}

using System.CommandLine;
using System.Globalization;
using Jevons.Formats;

namespace Jevons.Benchmarks;

/// <summary><c>logits</c>: what llama.cpp computes on a file, to be held beside <c>jevons score --logits-out</c>.</summary>
internal static class LogitsVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "A GGUF file.", Required = true, HelpName = "FILE.gguf" };
        Option<string> llama = new("--llama-cpp") { Description = "Folder of llama.cpp's libraries.", Required = true, HelpName = "DIR" };
        Option<string> ids = new("--ids") { Description = "Token ids, at most 512, as 1,2,3.", Required = true, HelpName = "IDS" };
        Option<string> kv = new("--kv") { Description = "Element type of the cache.", DefaultValueFactory = _ => "f16", HelpName = "f16|f32" };
        kv.AcceptOnlyFromAmong("f16", "f32");
        Option<string> target = new("--out") { Description = "Writes [positions, vocabulary] of f32 here.", Required = true, HelpName = "FILE.npy" };
        Command command = new("logits", "Writes the logits that llama.cpp computes on a file.") { model, llama, ids, kv, target };
        command.SetAction(parsed =>
        {
            int[] tokens = [.. parsed.GetRequiredValue(ids).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(t => Id(t, tokensOption: "--ids"))];
            LlamaLibrary.Load(parsed.GetRequiredValue(llama));
            using LlamaModel opened = new(parsed.GetRequiredValue(model));
            if (Array.Find(tokens, t => t >= opened.VocabSize) is > 0 and int beyond)
            {
                throw new ArgumentException($"--ids: {beyond.ToString(CultureInfo.InvariantCulture)} is beyond the vocabulary of {opened.VocabSize.ToString(CultureInfo.InvariantCulture)}");
            }

            using LlamaContext context = new(opened, tokens.Length, 1, Math.Min(2, Environment.ProcessorCount), floatCache: parsed.GetValue(kv) == "f32");
            NpyFile.Write(parsed.GetRequiredValue(target), [tokens.Length, opened.VocabSize], rows => context.Score(tokens, logits => rows.Write(logits)));
            return 0;
        });
        return command;
    }

    private static int Id(string text, string tokensOption) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
        ? id
        : throw new ArgumentException($"{tokensOption}: '{text}' is no token id; give numbers as 1,2,3");
}

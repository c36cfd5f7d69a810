using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Jevons.Inference;
using Jevons.Kernels;

namespace Jevons.Benchmarks;

/// <summary>
/// <c>first-token</c>: opens a model, runs a prompt of 16 tokens, finds the most probable next one, and says how long that took.
/// The verb <c>speed</c> starts it as a process of its own for the work <c>load</c>.
/// </summary>
internal static class FirstTokenVerb
{
    private const int PromptLength = 16;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        Option<string> side = new("--side") { Description = "jevons or llama.cpp.", Required = true };
        side.AcceptOnlyFromAmong("jevons", "llama.cpp");
        Option<string> model = new("--model") { Description = "A GGUF file.", Required = true };
        Option<int> threads = new("--threads") { Description = "Threads.", DefaultValueFactory = _ => 2 };
        Option<string> llama = new("--llama-cpp") { Description = "Folder of llama.cpp's libraries." };
        Command command = new("first-token", "Opens a model and computes one token; one line of JSON says how long it took.") { side, model, threads, llama };
        command.SetAction(parsed =>
        {
            long before = ProcessMemory.Peak();
            string path = parsed.GetRequiredValue(model);
            long began = Stopwatch.GetTimestamp();
            int token = parsed.GetRequiredValue(side) == "jevons"
                ? Jevons(path, parsed.GetValue(threads))
                : LlamaCpp(path, parsed.GetValue(threads), parsed.GetValue(llama) ?? throw new ArgumentException("--llama-cpp DIR is missing"));
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"seconds\":{seconds:F4},\"peak_bytes\":{ProcessMemory.Peak()},\"base_bytes\":{before},\"token\":{token}}}"));
            return 0;
        });
        return command;
    }

    /// <summary>The command that starts it.</summary>
    public static string[] Command(string side, string model, int threads, string? llamaCpp)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("the system does not say which program this is");
        return
        [
            program,
            .. Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(FirstTokenVerb).Assembly.Location] : Array.Empty<string>(),
            "first-token", "--side", side, "--model", model, "--threads", threads.ToString(CultureInfo.InvariantCulture),
            .. llamaCpp is null ? [] : new[] { "--llama-cpp", llamaCpp },
        ];
    }

    /// <summary>Reads its line.</summary>
    public static Reading Parse(string output)
    {
        using JsonDocument json = JsonDocument.Parse(output);
        return new Reading(
            json.RootElement.GetProperty("seconds").GetDouble(),
            PeakBytes: json.RootElement.GetProperty("peak_bytes").GetInt64(),
            BaseBytes: json.RootElement.GetProperty("base_bytes").GetInt64());
    }

    private static int Jevons(string path, int threads)
    {
        using Model model = Model.Load(path);
        using ComputeResources resources = ComputeResources.Create(
            model, new EngineOptions { Threads = threads, CacheType = KvType.F16, ContextLength = 512 });
        using Batch batch = new();
        int[] tokens = [.. Enumerable.Range(1, PromptLength)];
        batch.Add(tokens, 0, [0], Engine.FormsOf(resources.Runner, MlaMode.Auto).PromptAbsorbed, BatchOutputs.Last);
        resources.Runner.Run(batch);
        return Best(resources.Runner.Logits(0));
    }

    private static int LlamaCpp(string path, int threads, string folder)
    {
        LlamaLibrary.Load(folder);
        using LlamaModel model = new(path);
        using LlamaContext context = new(model, 512, 1, threads);
        context.Prompt(0, 0, [.. Enumerable.Range(1, PromptLength)]);
        return Best(context.Logits(PromptLength - 1));
    }

    private static int Best(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }
}

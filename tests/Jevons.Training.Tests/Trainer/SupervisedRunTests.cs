using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Training.Tests;

/// <summary>Whole runs from files to checkpoints, on a model that is small enough for seconds.</summary>
public sealed class SupervisedRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jevons-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, "adamw")]
    [InlineData(4, "adamw")]
    [InlineData(0, "muon")]
    public void ARunThatIsStoppedAndGoesOn_EndsWithTheSameBits(int rank, string optimizer)
    {
        string straight = Run("straight", rank, optimizer, stopAfter: null);
        string stopped = Run("stopped", rank, optimizer, stopAfter: 3);
        Assert.Equal("checkpoint-000003", Path.GetFileName(stopped));
        string resumed = Run("stopped", rank, optimizer, stopAfter: null);
        Assert.Equal("checkpoint-000006", Path.GetFileName(resumed));
        string weights = rank > 0 ? "adapter_model.safetensors" : "model.safetensors";
        Assert.Equal(File.ReadAllBytes(Path.Combine(straight, weights)), File.ReadAllBytes(Path.Combine(resumed, weights)));
        Assert.Equal(File.ReadAllBytes(Path.Combine(straight, "optimizer.safetensors")), File.ReadAllBytes(Path.Combine(resumed, "optimizer.safetensors")));
        Assert.Equal(Losses("straight"), Losses("stopped"));
    }

    [Fact]
    public void LossFalls_AndTheCheckpointIsAModelThatOpens()
    {
        string folder = Run("falls", 0, "adamw", stopAfter: null);
        string[] losses = Losses("falls").Split('\n');
        Assert.Equal(6, losses.Length);
        using Inference.Model model = Inference.Model.Load(folder);
        Assert.NotEmpty(model.Encode("Once upon a time"));
    }

    [Fact]
    public void OldCheckpointsGo_ThePartialOneOfAKilledRunIsReplaced()
    {
        string killed = Path.Combine(_folder, "keep", "checkpoint-000002.partial");
        Directory.CreateDirectory(killed);
        File.WriteAllText(Path.Combine(killed, "model.safetensors"), "cut off");
        _ = Run("keep", 0, "adamw", stopAfter: null);
        string[] left = [.. Directory.GetDirectories(Path.Combine(_folder, "keep")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];
        Assert.Equal("checkpoint-000005 checkpoint-000006", string.Join(' ', left));
    }

    [Fact]
    public void ANewRun_RefusesAFolderThatHoldsAnothers_AndLeavesItAsItIs()
    {
        _ = Run("taken", 0, "adamw", stopAfter: 3);
        string before = Losses("taken");
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Run("taken", 0, "adamw", stopAfter: null, resumes: false));
        Assert.Contains("checkpoint-000003", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Losses("taken"));
    }

    private string Run(string name, int rank, string optimizer, int? stopAfter, bool resumes = true)
    {
        string model = SharedData.Path("weights", "tinystories-656k");
        string data = Path.Combine(_folder, "data.jsonl");
        File.WriteAllLines(data, Enumerable.Range(0, 12).Select(i => $$"""{"text":"Once upon a time there were {{i}} small foxes who liked to count their tails."}"""));
        TrainingConfig config = TrainingConfig.Read(TrainingKeys.Supervised, null, "test", [
            $"model={model}", $"output={Path.Combine(_folder, name)}", $"data={data}", "steps=6", "batch_tokens=64", "max_length=64", "save.every=1", "seed=5",
            "validation_share=0.2", "evaluate.every=2", "optimizer.lr=1e-3", $"optimizer.name={optimizer}", $"lora.rank={rank}", "threads=2", "schedule.warmup=2",
        ]);
        using CancellationTokenSource cancellation = new();
        using SupervisedRun run = SupervisedRun.Open(config, model, CpuFeatures.Detect(), TimeProvider.System);
        _ = resumes ? run.Resume() : null;
        try
        {
            return run.Run(
                step =>
                {
                    if (step.Step == stopAfter)
                    {
                        cancellation.Cancel();
                    }
                },
                cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            return Directory.GetDirectories(Path.Combine(_folder, name), "checkpoint-*").Order(StringComparer.Ordinal).Last();
        }
    }

    // Without the times, which differ.
    private string Losses(string name) => string.Join('\n', File.ReadLines(Path.Combine(_folder, name, "metrics.jsonl"))
        .Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement)
        .Select(e => $"{e.GetProperty("step")} {e.GetProperty("loss")} {(e.TryGetProperty("eval_loss", out System.Text.Json.JsonElement v) ? v.ToString() : "")}"));
}

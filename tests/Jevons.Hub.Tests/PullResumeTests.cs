using Jevons.Hub.Tests.Fakes;

namespace Jevons.Hub.Tests;

/// <summary>Pulls that were ended in the middle and begun again.</summary>
public sealed class PullResumeTests
{
    private const string File1 = "Model-Q4_K_M.gguf";
    private static readonly byte[] s_weights = FakeHub.RandomBytes(3_000_000, 1);

    private static Bench NewBench()
    {
        Bench bench = new();
        bench.Hub.Files[File1] = s_weights;
        return bench;
    }

    // Pulls until the server has sent so many bytes and the client has written them, then cancels.
    private static async Task StopAfterAsync(Bench bench, int bytes)
    {
        using CancellationTokenSource stop = new();
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Hub.CdnFaults.Enqueue(r => FakeHub.Content(r, s_weights) with { CutAfter = bytes, AtCut = () => cancelled.Task });
        bench.OnReport = report =>
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            if (report.Phase == PullPhase.Downloading && report.Done > 0)
            {
                stop.Cancel();
                cancelled.TrySetResult();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.PullAsync(cancellation: stop.Token));
        bench.OnReport = null;
    }

    private static async Task AssertPulledAsync(PullResult result, byte[] expected) =>
        Assert.Equal(expected, await File.ReadAllBytesAsync(result.Model.Path, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Cancelled_LeavesAPartThatTheNextPullContinues()
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_200_000);
        long left = new FileInfo(bench.InStore(File1 + ".part")).Length;
        Assert.InRange(left, 1, 1_200_000);
        Assert.Empty(bench.Store.List());
        PartialModel partial = Assert.Single(bench.Store.ListPartial());
        Assert.Equal(("org/Model-GGUF:Q4_K_M", left, 3_000_000L), (partial.Name, partial.Done, partial.Total));

        PullResult result = await bench.PullAsync();

        await AssertPulledAsync(result, s_weights);
        Assert.Equal(left, bench.Hub.CdnRequests[^1].From);
        Assert.Equal(s_weights.Length - left, result.BytesReceived);
        Assert.Empty(bench.Store.ListPartial());
        Assert.Contains(bench.Reports, r => r.Phase == PullPhase.Checking);
        Assert.Equal(s_weights.Length, bench.Reports[^1].Done);
    }

    [Fact]
    public async Task CancelledThroughTheContinuation_StillEndsRight()
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_000_000);
        await StopAfterAsync(bench, 300_000);
        await StopAfterAsync(bench, 300_000);

        await AssertPulledAsync(await bench.PullAsync(), s_weights);

        Assert.Equal(bench.Hub.CdnRequests.Select(r => r.From).Order(), bench.Hub.CdnRequests.Select(r => r.From));
    }

    [Fact]
    public async Task TruncatedPart_ContinuesFromItsEnd()
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_200_000);
        using (FileStream part = File.OpenWrite(bench.InStore(File1 + ".part")))
        {
            part.SetLength(1000);
        }

        await AssertPulledAsync(await bench.PullAsync(), s_weights);

        Assert.Equal(1000, bench.Hub.CdnRequests[^1].From);
    }

    [Fact]
    public async Task CorruptPart_IsNoticedAtTheEndAndFetchedAnew()
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_200_000);
        using (FileStream part = File.OpenWrite(bench.InStore(File1 + ".part")))
        {
            part.Write([1, 2, 3, 4]);
        }

        await AssertPulledAsync(await bench.PullAsync(), s_weights);

        Assert.Equal(0, bench.Hub.CdnRequests[^1].From);
        Assert.Equal(3, bench.Hub.CdnRequests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"etag\":7,\"size\":1e99}")]
    [InlineData(null)]
    public async Task PartWithUnusableState_BeginsAnew(string? state)
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_200_000);
        string path = bench.InStore(File1 + ".part.json");
        File.Delete(path);
        if (state is not null)
        {
            await File.WriteAllTextAsync(path, state, TestContext.Current.CancellationToken);
        }

        await AssertPulledAsync(await bench.PullAsync(), s_weights);

        Assert.Equal(0, bench.Hub.CdnRequests[^1].From);
    }

    [Fact]
    public async Task PartLongerThanTheFile_BeginsAnew()
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_200_000);
        using (FileStream part = File.OpenWrite(bench.InStore(File1 + ".part")))
        {
            part.SetLength(4_000_000);
        }

        await AssertPulledAsync(await bench.PullAsync(), s_weights);

        Assert.Equal(0, bench.Hub.CdnRequests[^1].From);
    }

    [Fact]
    public async Task CompletePart_IsVerifiedAndNotFetchedAgain()
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_200_000);
        await File.WriteAllBytesAsync(bench.InStore(File1 + ".part"), s_weights, TestContext.Current.CancellationToken);
        int requests = bench.Hub.CdnRequests.Count;

        await AssertPulledAsync(await bench.PullAsync(), s_weights);

        Assert.Equal(requests, bench.Hub.CdnRequests.Count);
    }

    [Fact]
    public async Task FileReplacedOnTheHub_BeginsAnew()
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_200_000);
        byte[] newer = FakeHub.RandomBytes(3_000_000, 77);
        bench.Hub.Files[File1] = newer;

        await AssertPulledAsync(await bench.PullAsync(), newer);

        Assert.Equal(0, bench.Hub.CdnRequests[^1].From);
    }

    [Fact]
    public async Task FileReplacedOnAMirrorWithoutHashes_IsNoticedByItsEntityTag()
    {
        await using Bench bench = NewBench();
        bench.Hub.ListsHashes = false;
        await StopAfterAsync(bench, 1_200_000);
        byte[] newer = FakeHub.RandomBytes(3_000_000, 77);
        bench.Hub.Files[File1] = newer;

        await AssertPulledAsync(await bench.PullAsync(), newer);

        Assert.Equal(0, bench.Hub.CdnRequests[^1].From);
    }

    [Fact]
    public async Task SameFileOnAMirrorWithoutHashes_Continues()
    {
        await using Bench bench = NewBench();
        bench.Hub.ListsHashes = false;
        await StopAfterAsync(bench, 1_200_000);
        long left = new FileInfo(bench.InStore(File1 + ".part")).Length;

        await AssertPulledAsync(await bench.PullAsync(), s_weights);

        Assert.Equal(left, bench.Hub.CdnRequests[^1].From);
    }

    [Fact]
    public async Task DiskCheck_CountsOnlyWhatIsMissing()
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_200_000);
        long left = new FileInfo(bench.InStore(File1 + ".part")).Length;
        bench.Options = bench.Options with { FreeSpace = _ => (64 << 20) + s_weights.Length - left };

        await AssertPulledAsync(await bench.PullAsync(), s_weights);
    }

    [Fact]
    public async Task UnendedPull_CanBeRemoved()
    {
        await using Bench bench = NewBench();
        await StopAfterAsync(bench, 1_200_000);
        long left = new FileInfo(bench.InStore(File1 + ".part")).Length;

        Assert.Equal(left, bench.Store.Remove("org/Model-GGUF:Q4_K_M"));

        Assert.Empty(bench.Store.ListPartial());
        Assert.False(Directory.Exists(bench.InStore("")));
    }

    [Fact]
    public async Task KilledBetweenMovingFilesAndRecordingThem_IsRepairedWithoutFetching()
    {
        await using Bench bench = NewBench();
        PullResult first = await bench.PullAsync();
        File.Delete(bench.InStore(".jevons/Q4_K_M.json"));
        int requests = bench.Hub.CdnRequests.Count;

        PullResult second = await bench.PullAsync();

        Assert.Equal(first.Model.Id, second.Model.Id);
        Assert.Equal(requests, bench.Hub.CdnRequests.Count);
    }
}

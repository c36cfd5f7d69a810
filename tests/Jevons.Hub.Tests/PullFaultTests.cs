using Jevons.Hub.Tests.Fakes;

namespace Jevons.Hub.Tests;

/// <summary>Pulls from servers and networks that misbehave. No test sleeps: waits end at once and are counted.</summary>
public sealed class PullFaultTests
{
    private const string File1 = "Model-Q4_K_M.gguf";
    private static readonly byte[] s_weights = FakeHub.RandomBytes(3_000_000, 1);

    private static FakeResponse? Cut(FakeRequest request, int after) => FakeHub.Content(request, s_weights) with { CutAfter = after };

    private static Bench NewBench()
    {
        Bench bench = new();
        bench.Hub.Files[File1] = s_weights;
        return bench;
    }

    private static async Task AssertPulledAsync(Bench bench, PullResult result)
    {
        Assert.Equal(s_weights, await File.ReadAllBytesAsync(result.Model.Path, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(bench.Options.StoreFolder, "*.part*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task DroppedConnections_ContinueWhereTheyBroke()
    {
        await using Bench bench = NewBench();
        bench.Hub.CdnFaults.Enqueue(r => Cut(r, 1_000_000));
        bench.Hub.CdnFaults.Enqueue(r => Cut(r, 500_000));

        PullResult result = await bench.PullAsync();

        await AssertPulledAsync(bench, result);
        Assert.Equal(3, bench.Hub.CdnRequests.Count);
        Assert.Equal([0L, 1_000_000L, 1_500_000L], bench.Hub.CdnRequests.Select(r => r.From));
        Assert.Equal(s_weights.Length, result.BytesReceived);
        Assert.Equal(2, bench.Reports.Count(r => r.Phase == PullPhase.Waiting));
        Assert.All(bench.Reports.Where(r => r.Phase == PullPhase.Waiting), r => Assert.Contains("trying again", r.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ShortBodyWithoutLength_IsNoticedAndContinued()
    {
        await using Bench bench = NewBench();
        bench.Hub.CdnFaults.Enqueue(r => FakeHub.Content(r, s_weights) with { CutAfter = 700_000, WithoutLength = true });

        PullResult result = await bench.PullAsync();

        await AssertPulledAsync(bench, result);
        Assert.Equal(700_000, bench.Hub.CdnRequests[1].From);
    }

    [Fact]
    public async Task ServerErrors_AreRetriedWithGrowingWaits()
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Error(500));
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Error(502));
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Error(503));

        await AssertPulledAsync(bench, await bench.PullAsync());

        Assert.Equal([1, 2, 4], bench.Time.Waits.Select(w => w.TotalSeconds));
    }

    [Theory]
    [InlineData("Retry-After", "17", 17)]
    [InlineData("Retry-After", "Mon, 20 Jan 2025 12:00:40 GMT", 40)]
    [InlineData("RateLimit", "\"resolvers\";r=0;t=23", 23)]
    public async Task TooManyRequests_WaitsAsLongAsTheServerAsks(string header, string value, int seconds)
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Error(429).With(header, value));

        await AssertPulledAsync(bench, await bench.PullAsync());

        Assert.Equal(seconds, Assert.Single(bench.Time.Waits).TotalSeconds);
    }

    [Fact]
    public async Task TooManyRequests_WithAnUnreasonableWait_GivesUpAndSaysSo()
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Error(429).With("Retry-After", "7200"));

        HubException e = await bench.FailAsync(HubErrorKind.Network);

        Assert.Contains("120 minutes", e.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Time.Waits);
    }

    [Fact]
    public async Task ServerThatNeverRecovers_EndsAfterBoundedAttempts()
    {
        await using Bench bench = NewBench();
        for (int i = 0; i < 100; i++)
        {
            bench.Hub.CdnFaults.Enqueue(r => Cut(r, 1000));
        }

        HubException e = await bench.FailAsync(HubErrorKind.Network);

        Assert.Contains("gave up after 6 attempts", e.Message, StringComparison.Ordinal);
        Assert.Equal(6, bench.Hub.CdnRequests.Count);
        Assert.Equal(6000, new FileInfo(bench.InStore(File1 + ".part")).Length);
        Assert.Empty(bench.Store.List());
    }

    [Fact]
    public async Task NobodyListens_IsANetworkError()
    {
        await using Bench bench = NewBench();
        FakeServer closed = new(_ => new FakeResponse());
        await closed.DisposeAsync();
        bench.Options = bench.Options with { Endpoint = closed.Address };

        HubException e = await bench.FailAsync(HubErrorKind.Network);

        Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
        Assert.Equal(5, bench.Time.Waits.Count);
    }

    [Fact]
    public async Task ServerThatIgnoresRanges_IsReadFromTheStart()
    {
        await using Bench bench = NewBench();
        bench.Hub.CdnFaults.Enqueue(r => Cut(r, 1_000_000));
        bench.Hub.CdnFaults.Enqueue(_ => new FakeResponse { Body = s_weights });

        PullResult result = await bench.PullAsync();

        await AssertPulledAsync(bench, result);
        Assert.Equal(s_weights.Length + 1_000_000, result.BytesReceived);
        Assert.Equal(s_weights.Length, bench.Reports[^1].Done);
    }

    [Fact]
    public async Task ServerThatIgnoresRangesAndAlwaysDrops_EndsAfterBoundedAttempts()
    {
        await using Bench bench = NewBench();
        for (int i = 0; i < 100; i++)
        {
            bench.Hub.CdnFaults.Enqueue(_ => new FakeResponse { Body = s_weights, CutAfter = 2_500_000 });
        }

        await bench.FailAsync(HubErrorKind.Network);

        Assert.InRange(bench.Hub.CdnRequests.Count, 6, 8);
    }

    [Theory]
    [InlineData("bytes 5-2999999/3000000")]
    [InlineData("bytes 0-2999999/3000000")]
    [InlineData("bytes 1000000-2999999/4000000")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task WrongContentRange_IsNotBelievedAndTheFileBegunAnew(string? contentRange)
    {
        await using Bench bench = NewBench();
        bench.Hub.CdnFaults.Enqueue(r => Cut(r, 1_000_000));
        bench.Hub.CdnFaults.Enqueue(r =>
        {
            FakeResponse wrong = new() { Status = 206, Body = s_weights[(int)r.From..] };
            if (contentRange is not null)
            {
                wrong.Headers["Content-Range"] = contentRange;
            }

            return wrong;
        });

        await AssertPulledAsync(bench, await bench.PullAsync());

        Assert.Equal([0L, 1_000_000L, 0L], bench.Hub.CdnRequests.Select(r => r.From));
    }

    [Fact]
    public async Task RangeNotSatisfiable_BeginsAnew()
    {
        await using Bench bench = NewBench();
        bench.Hub.CdnFaults.Enqueue(r => Cut(r, 1_000_000));
        bench.Hub.CdnFaults.Enqueue(_ => new FakeResponse { Status = 416 });

        await AssertPulledAsync(bench, await bench.PullAsync());
    }

    [Fact]
    public async Task CorruptedBytes_AreFetchedOnceMore()
    {
        await using Bench bench = NewBench();
        byte[] wrong = [.. s_weights];
        wrong[1_234_567] ^= 1;
        bench.Hub.CdnFaults.Enqueue(r => FakeHub.Content(r, wrong));

        PullResult result = await bench.PullAsync();

        await AssertPulledAsync(bench, result);
        Assert.Equal(2, bench.Hub.CdnRequests.Count);
    }

    [Fact]
    public async Task CorruptedBytesTwice_AreAClearErrorAndLeaveNothing()
    {
        await using Bench bench = NewBench();
        byte[] wrong = [.. s_weights];
        wrong[^1] ^= 1;
        bench.Hub.CdnFaults.Enqueue(r => FakeHub.Content(r, wrong));
        bench.Hub.CdnFaults.Enqueue(r => FakeHub.Content(r, wrong));

        HubException e = await bench.FailAsync(HubErrorKind.Corrupt);

        Assert.Contains(File1, e.Message, StringComparison.Ordinal);
        Assert.Contains(FakeHub.Sha256(s_weights)[..12], e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.InStore(File1)));
        Assert.False(File.Exists(bench.InStore(File1 + ".part")));
        Assert.Empty(bench.Store.List());
    }

    [Fact]
    public async Task CorruptedSmallFile_IsNoticedByItsGitId()
    {
        await using Bench bench = new("org/Model");
        bench.Hub.Files["config.json"] = "{\"hidden_size\":64}"u8.ToArray();
        bench.Hub.Files["model.safetensors"] = s_weights;
        Func<FakeRequest, FakeResponse?> wrong = r => FakeHub.Content(r, "{\"hidden_size\":65}"u8.ToArray());
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(wrong);
        bench.Hub.HubFaults.Enqueue(wrong);

        HubException e = await bench.FailAsync(HubErrorKind.Corrupt);

        Assert.Contains("config.json", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpiredSignature_AsksTheHubForAFreshOne()
    {
        await using Bench bench = NewBench();
        bench.Hub.CdnFaults.Enqueue(r => Cut(r, 1_000_000));
        bench.Hub.CdnFaults.Enqueue(_ => FakeResponse.Error(403));

        await AssertPulledAsync(bench, await bench.PullAsync());

        Assert.Equal(3, bench.Hub.HubRequests.Count(r => r.Path.Contains("/resolve/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task FileChangedBetweenListingAndDownload_SaysSo()
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ =>
        {
            bench.Hub.Files[File1] = FakeHub.RandomBytes(3_000_000, 5);
            return null;
        });

        HubException e = await bench.FailAsync(HubErrorKind.Corrupt);

        Assert.Contains("changed on the hub", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(bench.InStore(File1 + ".part")).Length);
    }

    [Fact]
    public async Task StalledConnection_IsDroppedAndContinued()
    {
        await using Bench bench = NewBench();
        using StallingHandler handler = new(bench.Time, bench.Options.StallTimeout, afterBytes: 400_000);

        PullResult result = await bench.PullAsync(handler: handler);

        await AssertPulledAsync(bench, result);
        Assert.Contains(bench.Reports, r => r.Message?.Contains("delivered nothing", StringComparison.Ordinal) == true);
        Assert.Equal([0L, 400_000L], bench.Hub.CdnRequests.Select(r => r.From));
    }
}

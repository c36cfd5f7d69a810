using Jevons.Hub.Tests.Fakes;

namespace Jevons.Hub.Tests;

/// <summary>Answers of the hub that are refused: no access, hostile names, redirects and listings that lead elsewhere.</summary>
public sealed class PullRefusalTests
{
    private const string File1 = "Model-Q4_K_M.gguf";

    private static Bench NewBench()
    {
        Bench bench = new();
        bench.Hub.Files[File1] = FakeHub.RandomBytes(5000, 1);
        return bench;
    }

    [Theory]
    [InlineData(401, "GatedRepo", HubErrorKind.Unauthorized, "accept its licence at")]
    [InlineData(403, "GatedRepo", HubErrorKind.Unauthorized, "accept its licence at")]
    [InlineData(401, null, HubErrorKind.Unauthorized, "HF_TOKEN")]
    [InlineData(403, null, HubErrorKind.Unauthorized, "HF_TOKEN")]
    [InlineData(401, "RepoNotFound", HubErrorKind.NotFound, "does not exist")]
    [InlineData(404, "RepoNotFound", HubErrorKind.NotFound, "does not exist")]
    [InlineData(404, "RevisionNotFound", HubErrorKind.NotFound, "no such revision")]
    [InlineData(400, null, HubErrorKind.Network, "400")]
    public async Task Refusals_SayWhatToDo(int status, string? code, HubErrorKind kind, string said)
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Error(status, code, "Because\u0007so"));

        HubException e = await bench.FailAsync(kind);

        Assert.Contains(said, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0007', e.Message);
        Assert.Empty(bench.Time.Waits);
    }

    [Fact]
    public async Task RepositoryThatIsNotThere_IsNotFound()
    {
        await using Bench bench = NewBench();

        await bench.FailAsync(HubErrorKind.NotFound, "org/Nothing");
        await bench.FailAsync(HubErrorKind.NotFound, "org/Model-GGUF@missing");
    }

    [Theory]
    [InlineData("../../evil-Q4_K_M.gguf")]
    [InlineData("/etc/evil-Q4_K_M.gguf")]
    [InlineData("a\\..\\evil-Q4_K_M.gguf")]
    [InlineData("C:evil-Q4_K_M.gguf")]
    [InlineData("a//evil-Q4_K_M.gguf")]
    [InlineData("./evil-Q4_K_M.gguf")]
    [InlineData("evil\u0000-Q4_K_M.gguf")]
    [InlineData(".jevons/Q4_K_M.json")]
    public async Task FileNamesThatLeaveTheFolder_AreRefused(string path)
    {
        await using Bench bench = NewBench();
        bench.Hub.Files[path] = FakeHub.RandomBytes(2000, 4);

        HubException e = await bench.FailAsync(HubErrorKind.Corrupt, "org/Model-GGUF:Q4_K_M");

        Assert.Contains("would leave its folder", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.Options.StoreFolder));
    }

    [Fact]
    public async Task RedirectToNowhere_IsTriedAgain()
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Redirect("http://"));

        Assert.Equal(5000, (await bench.PullAsync()).BytesReceived);

        Assert.Single(bench.Time.Waits);
    }

    [Fact]
    public async Task RedirectLoop_Ends()
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ => null);
        for (int i = 0; i < 50; i++)
        {
            bench.Hub.HubFaults.Enqueue(r => FakeResponse.Redirect(r.Target, 307));
        }

        HubException e = await bench.FailAsync(HubErrorKind.Network);

        Assert.Contains("redirected more than 10 times", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task RedirectOutOfHttp_IsNotFollowed(string location)
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Redirect(location));

        await bench.FailAsync(HubErrorKind.Network);
    }

    [Fact]
    public async Task ListingThatGoesOnAtAnotherHost_IsRefused()
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Json("[]").With("Link", $"<{bench.Hub.CdnAddress}next>; rel=\"next\""));

        HubException e = await bench.FailAsync(HubErrorKind.Corrupt);

        Assert.Contains("another host", e.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Hub.CdnRequests);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[1, \"x\", {\"type\":\"file\"}]")]
    [InlineData("[{\"type\":\"file\",\"path\":7,\"size\":\"x\"}]")]
    [InlineData("[{\"type\":\"file\",\"path\":\"a-Q4_K_M.gguf\",\"size\":9223372036854775807}]")]
    [InlineData("[{\"type\":\"file\",\"path\":\"a-Q4_K_M.gguf\",\"size\":1,\"lfs\":{\"size\":9223372036854775807}}]")]
    public async Task UnusableListing_IsAClearError(string json)
    {
        await using Bench bench = NewBench();
        bench.Hub.HubFaults.Enqueue(_ => null);
        bench.Hub.HubFaults.Enqueue(_ => FakeResponse.Json(json));

        HubException e = await bench.FailAsync(HubErrorKind.Corrupt);

        Assert.Contains("org/Model-GGUF", e.Message, StringComparison.Ordinal);
    }
}

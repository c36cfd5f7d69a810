namespace Jevons.Hub.Tests.Fakes;

/// <summary>A fake hub, a store in a temporary folder, a jumping clock, and what joins them.</summary>
public sealed class Bench : IAsyncDisposable
{
    private readonly List<HubClient> _clients = [];

    public Bench(string repository = "org/Model-GGUF")
    {
        Hub = new FakeHub(repository);
        Options = new HubOptions
        {
            Endpoint = Hub.Address,
            StoreFolder = Folder.Below("store"),
            Time = Time,
            StallTimeout = TimeSpan.FromHours(2),
        };
    }

    public FakeHub Hub { get; }

    public TempFolder Folder { get; } = new();

    public EagerTime Time { get; } = new();

    public HubOptions Options { get; set; }

    public ModelStore Store => new(Options.StoreFolder);

    public List<PullProgress> Reports { get; } = [];

    /// <summary>Called for each report, on the puller's thread.</summary>
    public Action<PullProgress>? OnReport { get; set; }

    public HubClient Client(HttpMessageHandler? handler = null)
    {
        HubClient client = new(Options, handler);
        _clients.Add(client);
        return client;
    }

    public Task<PullResult> PullAsync(string? name = null, CancellationToken? cancellation = null, HttpMessageHandler? handler = null) =>
        new Puller(Options, Client(handler), Store).PullAsync(
            ModelName.Parse(name ?? Hub.Repository), new Direct(this), cancellation ?? TestContext.Current.CancellationToken);

    public async Task<HubException> FailAsync(HubErrorKind kind, string? name = null)
    {
        HubException e = await Assert.ThrowsAsync<HubException>(() => PullAsync(name));
        Assert.Equal(kind, e.Kind);
        return e;
    }

    public string InStore(string file) => System.IO.Path.Combine([Options.StoreFolder, .. Hub.Repository.Split('/'), .. file.Split('/')]);

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await Hub.DisposeAsync();
        Folder.Dispose();
    }

    private sealed class Direct(Bench bench) : IProgress<PullProgress>
    {
        public void Report(PullProgress value)
        {
            bench.Reports.Add(value);
            bench.OnReport?.Invoke(value);
        }
    }
}

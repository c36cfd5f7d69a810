namespace Jevons.Hub;

/// <summary>
/// Says which distill of R1 fits a machine. What running one takes: its weights (mapped, but every token reads all of them, so they
/// must stay in memory), the cache of one conversation in f16, and working buffers; what the system and other programs need is left alone.
/// </summary>
public sealed class ModelAdvisor
{
    /// <summary>The context that is planned for unless another is asked: enough for one long thought.</summary>
    public const int DefaultContext = 8192;

    /// <summary>The download speed that is assumed unless another is given, in bytes per second: 100 Mbit/s.</summary>
    public const double DefaultSpeed = 12_500_000;

    private const long WorkingBytes = 512L << 20;
    private const long LeastHeadroom = 1L << 30;
    private const long SpareDisk = 256L << 20;

    /// <summary>Judges every model with a short name.</summary>
    /// <param name="totalMemory">The machine's memory in bytes (or the limit of its container).</param>
    /// <param name="freeDisk">Bytes free where the store is.</param>
    /// <param name="context">Positions of one conversation.</param>
    /// <param name="bytesPerSecond">The expected download speed.</param>
    public ModelAdvisor(long totalMemory, long freeDisk, int context = DefaultContext, double bytesPerSecond = DefaultSpeed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(totalMemory);
        ArgumentOutOfRangeException.ThrowIfNegative(freeDisk);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesPerSecond);
        UsableMemory = Math.Max(0, totalMemory - Math.Max(LeastHeadroom, totalMemory / 8));
        All = [.. R1Family.Models.Select(m => Judge(m, freeDisk, context, bytesPerSecond))];
    }

    /// <summary>The memory that a model may take: the machine's, less an eighth of it and no less than 1 GiB.</summary>
    public long UsableMemory { get; }

    /// <summary>The judgement on each model, in the order of <see cref="R1Family.Models"/>.</summary>
    public IReadOnlyList<ModelAdvice> All { get; }

    /// <summary>The largest distill that fits memory and disk, or null when none does.</summary>
    public ModelAdvice? Best => All.Where(a => a.Fits && a.Model.Kind == FamilyKind.Distill).MaxBy(a => a.Model.Bytes);

    private ModelAdvice Judge(FamilyModel model, long freeDisk, int context, double bytesPerSecond)
    {
        long memory = model.Bytes + (model.CacheBytesPerToken * context) + WorkingBytes;
        long disk = model.Bytes + SpareDisk;
        return new ModelAdvice
        {
            Model = model,
            Context = context,
            MemoryNeeded = memory,
            DiskNeeded = disk,
            DownloadTime = TimeSpan.FromSeconds(model.Bytes / bytesPerSecond),
            FitsMemory = memory <= UsableMemory,
            FitsDisk = disk <= freeDisk,
        };
    }
}

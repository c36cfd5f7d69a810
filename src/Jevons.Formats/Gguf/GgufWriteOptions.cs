namespace Jevons.Formats;

/// <summary>How a GGUF file is divided into shards. Without a limit one file is written.</summary>
public sealed record GgufWriteOptions
{
    /// <summary>Most bytes of tensor data in one shard; a larger tensor has a shard of its own. Null: no limit.</summary>
    public long? MaxShardBytes { get; init; }

    /// <summary>Most tensors in one shard. Null: no limit.</summary>
    public int? MaxShardTensors { get; init; }
}

namespace Jevons.MicroBenchmarks;

/// <summary>What one call of a benchmark does; follows from its parameters alone.</summary>
internal interface IMeasuredWork
{
    /// <summary>Multiply-adds, or 0 where they are not what bounds the kernel.</summary>
    long MultiplyAdds { get; }

    /// <summary>Bytes that have to be read and written, each once: of a product and of attention those of weights and cache only.</summary>
    long Bytes { get; }
}

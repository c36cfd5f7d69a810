namespace Jevons.Kernels.Generated;

/// <summary>What a generated tile reads as a row, 16 lanes a step.</summary>
internal enum TileRows
{
    /// <summary>f32, 16 columns a step.</summary>
    Float32,

    /// <summary>f16, widened to f32 as it is read, 16 columns a step.</summary>
    Half16,

    /// <summary>bfloat16, widened to f32 as it is read, 16 columns a step.</summary>
    Brain16,

    /// <summary>bfloat16 against bfloat16 tokens, 32 columns a step: two a lane.</summary>
    BrainPairs,
}

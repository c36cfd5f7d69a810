namespace Jevons.Kernels;

/// <summary>One page of one KV head in f32, as the attention kernel reads it.</summary>
internal unsafe struct KvTile
{
    /// <summary>Keys transposed [KeyDim, 64]; lanes beyond the visible positions are undefined.</summary>
    public float* Keys;

    /// <summary>Values, one row per visible position; sixteen lanes may be loaded up to the padded dimension.</summary>
    public float* Values;

    /// <summary>Elements from one row of values to the next.</summary>
    public int ValueStride;
}

using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>Angles of the rows of a batch, forth and back: the way back of a rotation is the rotation by the negative angles.</summary>
internal sealed class TapeAngles : IDisposable
{
    private readonly TensorBuffer _forth = new();
    private readonly TensorBuffer _back = new();
    private RotaryEmbedding? _rope;
    private Batch? _batch;

    /// <summary>[T, 2 D] of <see cref="RopeTable.FillAngles"/>.</summary>
    public Tensor Forth(RotaryEmbedding rope, Batch batch, KernelContext context)
    {
        Fill(rope, batch, context);
        return _forth.Rows;
    }

    /// <summary>The same with the sines negated.</summary>
    public Tensor Back(RotaryEmbedding rope, Batch batch, KernelContext context)
    {
        Fill(rope, batch, context);
        return _back.Rows;
    }

    /// <summary>A batch object may be filled anew: nothing of the pass before counts.</summary>
    public void Forget() => _batch = null;

    public void Dispose()
    {
        _forth.Dispose();
        _back.Dispose();
    }

    private void Fill(RotaryEmbedding rope, Batch batch, KernelContext context)
    {
        if (ReferenceEquals(rope, _rope) && ReferenceEquals(batch, _batch))
        {
            return;
        }

        int dim = rope.Table.Dim;
        Tensor forth = _forth.Resize(batch.Count, 2 * dim);
        rope.Table.FillAngles(batch.Chunks, rope.Layout, forth, context);
        Tensor back = _back.CopyFrom(forth);
        for (int r = 0; r < back.Rows; r++)
        {
            foreach (ref float sine in back.Row(r)[dim..])
            {
                sine = -sine;
            }
        }

        (_rope, _batch) = (rope, batch);
    }
}

using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// Latent attention in its expanded form: per head K = [W_uk c | k_pe], V = W_uv c, y = softmax(scale q K^T) V
/// (DeepSeek-V2, arXiv 2405.04434, section 2.1). Back: dK and dV of every head as in ordinary attention; dk_pe is the sum over
/// heads, ascending, of dK's rotated part; with kv = [W_uk; W_uv] c and dkv from the rest, dc += dkv W and dW += dkv^T c.
/// </summary>
internal sealed class LatentAttentionOperation(Tensor q, Tensor latent, Tensor keyRope, MlaWeights weights, Tensor y) : TapeOperation
{
    public override void Forward(TapeOps tape)
    {
        Batch batch = tape.Current!.Batch;
        KvPages pages = tape.Cache.Pages(0, batch);
        KvWrite.RunLatent(pages, latent, keyRope, batch.Chunks, tape.Context);
        LatentAttention.RunExpanded(pages, q, y, weights, batch.Chunks, tape.Context);
    }

    public override void Backward(TapeOps tape)
    {
        Parameter? kvB = tape.Parameters.Find(weights);
        LatentAttentionShape shape = weights.Shape;
        int rows = q.Rows;
        int keyDim = shape.NopeDim + shape.RopeDim;
        int perHead = shape.NopeDim + shape.ValueDim;
        using TensorBuffer kvMemory = new();
        using TensorBuffer keyMemory = new();
        using TensorBuffer valueMemory = new();
        using TensorBuffer dkeyMemory = new();
        using TensorBuffer dvalueMemory = new();
        Tensor kv = kvMemory.Resize(rows, shape.NumHeads * perHead);                               // [T, H * (nope + v)]
        Tensor k = keyMemory.Resize(rows, shape.NumHeads * keyDim);                                // [T, H * (nope + rope)]
        Tensor v = valueMemory.Resize(rows, shape.NumHeads * shape.ValueDim);                      // [T, H * v]
        Tensor dk = dkeyMemory.Resize(rows, k.Cols);
        Tensor dv = dvalueMemory.Resize(rows, v.Cols);
        dk.Clear();
        dv.Clear();
        Expand(kvB, kv, tape.Context);
        for (int t = 0; t < rows; t++)
        {
            for (int h = 0; h < shape.NumHeads; h++)
            {
                Span<float> head = kv.Row(t).Slice(h * perHead, perHead);
                Span<float> key = k.Row(t).Slice(h * keyDim, keyDim);
                head[..shape.NopeDim].CopyTo(key);
                keyRope.Row(t).CopyTo(key[shape.NopeDim..]);
                head[shape.NopeDim..].CopyTo(v.Row(t)[(h * shape.ValueDim)..]);
            }
        }

        AttentionShape heads = new(shape.NumHeads, shape.NumHeads, keyDim, shape.ValueDim, shape.Scale);
        Attention.Backward(
            q, k, v, y, tape.Gradient(y), tape.Gradient(q), dk, dv, heads, tape.Current!.Batch.Chunks, tape.Context);

        Tensor dkeyRope = tape.Gradient(keyRope);
        for (int t = 0; t < rows; t++)
        {
            Span<float> rope = dkeyRope.Row(t);
            for (int h = 0; h < shape.NumHeads; h++)
            {
                Span<float> head = kv.Row(t).Slice(h * perHead, perHead);
                Span<float> key = dk.Row(t).Slice(h * keyDim, keyDim);
                key[..shape.NopeDim].CopyTo(head);
                dv.Row(t).Slice(h * shape.ValueDim, shape.ValueDim).CopyTo(head[shape.NopeDim..]);
                for (int i = 0; i < rope.Length; i++)
                {
                    rope[i] += key[shape.NopeDim + i];
                }
            }
        }

        Collapse(kvB, kv, tape);
    }

    // kv = c W^T of all heads, or head by head where the projections are frozen, of any type and layout.
    private void Expand(Parameter? kvB, Tensor kv, KernelContext context)
    {
        if (kvB is not null)
        {
            MatMul.Run(kvB.Matrix, ActivationRows.Float(latent), kv, context);
            return;
        }

        LatentAttentionShape shape = weights.Shape;
        int perHead = shape.NopeDim + shape.ValueDim;
        for (int h = 0; h < shape.NumHeads; h++)
        {
            Tensor keys = kv.Columns(h * perHead, shape.NopeDim);
            if (weights.KeyUpTransposed)
            {
                MatMul.RunTransposed(weights.KeyUp(h), latent, keys, context);
            }
            else
            {
                MatMul.Run(weights.KeyUp(h), ActivationRows.Float(latent), keys, context);
            }

            MatMul.Run(weights.ValueUp(h), ActivationRows.Float(latent), kv.Columns((h * perHead) + shape.NopeDim, shape.ValueDim), context);
        }
    }

    // dc += dkv W, dW += dkv^T c.
    private void Collapse(Parameter? kvB, Tensor dkv, TapeOps tape)
    {
        Tensor dlatent = tape.Gradient(latent);
        if (kvB is not null)
        {
            Gemm.Accumulate(GemmForm.NN, dkv, kvB.Values, dlatent, tape.Context);
            if (kvB.IsTrained)
            {
                Gemm.Accumulate(GemmForm.TN, dkv, latent, kvB.Gradient, tape.Context);
            }

            return;
        }

        LatentAttentionShape shape = weights.Shape;
        int perHead = shape.NopeDim + shape.ValueDim;
        Tensor part = tape.Temporary(latent.Rows, latent.Cols);
        for (int h = 0; h < shape.NumHeads; h++)
        {
            Tensor dkeys = dkv.Columns(h * perHead, shape.NopeDim);
            if (weights.KeyUpTransposed)
            {
                MatMul.Run(weights.KeyUp(h), ActivationRows.Float(dkeys), part, tape.Context);
            }
            else
            {
                MatMul.RunTransposed(weights.KeyUp(h), dkeys, part, tape.Context);
            }

            AddScaled.Run(part, 1f, dlatent, tape.Context);
            MatMul.RunTransposed(weights.ValueUp(h), dkv.Columns((h * perHead) + shape.NopeDim, shape.ValueDim), part, tape.Context);
            AddScaled.Run(part, 1f, dlatent, tape.Context);
        }
    }
}

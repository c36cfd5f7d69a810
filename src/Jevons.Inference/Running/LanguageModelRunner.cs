using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Inference;

/// <summary>A language model, its operations and its cache as a runner. It owns the three.</summary>
/// <param name="model">The model.</param>
/// <param name="ops">Operations that write to <paramref name="cache"/>.</param>
/// <param name="cache">The pages, in the model's layouts.</param>
public sealed class LanguageModelRunner(LanguageModel model, Ops ops, KvCache cache) : ModelRunner
{
    private readonly bool _latent = model.CacheLayouts(KvType.F32).Any(layout => layout.IsLatent);
    private ForwardResult _result;

    /// <inheritdoc/>
    public override int VocabSize => model.Config.VocabSize;

    /// <inheritdoc/>
    public override int PageCount => cache.PageCount;

    /// <inheritdoc/>
    public override bool DistinguishesForms => _latent;

    /// <inheritdoc/>
    public override bool CanDraft => model.HasDraft;

    /// <inheritdoc/>
    public override void Run(Batch batch) => _result = model.Forward(ops, batch);

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Logits(int outputRow) => _result.Logits.Row(outputRow);

    /// <inheritdoc/>
    public override void CopyPage(PageCopy copy) => cache.CopyPage(copy.Source, copy.Destination);

    /// <inheritdoc/>
    public override void Draft(Batch batch, ReadOnlySpan<int> hiddenRows)
    {
        // Rows ascend, so each is moved to an index no greater than its own before it is overwritten.
        Tensor hidden = _result.Hidden;
        for (int i = 0; i < hiddenRows.Length; i++)
        {
            if (hiddenRows[i] != i)
            {
                hidden.Row(hiddenRows[i]).CopyTo(hidden.Row(i));
            }
        }

        _result = model.Draft(ops, batch, hidden.RowRange(0, hiddenRows.Length));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            (ops as IDisposable)?.Dispose();
            cache.Dispose();
        }

        base.Dispose(disposing);
    }
}

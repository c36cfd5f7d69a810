using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Inference;

/// <summary>A language model, its operations and its cache as a runner. It owns the operations and the cache.</summary>
/// <param name="model">The model; borrowed.</param>
/// <param name="ops">Operations that read and write <paramref name="cache"/>.</param>
/// <param name="cache">The pages, in the model's layouts.</param>
/// <param name="context">Threads, scratch and instruction set of <paramref name="ops"/>; borrowed.</param>
public sealed class LanguageModelRunner(LanguageModel model, Ops ops, KvCache cache, KernelContext context) : ModelRunner
{
    private readonly bool _latent = model.CacheLayouts(KvType.F32).Any(layout => layout.IsLatent);
    private readonly TensorBuffer _hidden = new();
    private ForwardResult _result;

    /// <inheritdoc/>
    public override int VocabSize => model.Config.VocabSize;

    /// <inheritdoc/>
    public override KernelContext Context => context;

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
        // The rows lie in the workspace that the draft's pass writes to, so they are copied first.
        Tensor all = model.DraftInput(_result);
        Tensor hidden = _hidden.Resize(hiddenRows.Length, all.Cols);
        for (int i = 0; i < hiddenRows.Length; i++)
        {
            all.Row(hiddenRows[i]).CopyTo(hidden.Row(i));
        }

        _result = model.Draft(ops, batch, hidden);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            (ops as IDisposable)?.Dispose();
            cache.Dispose();
            _hidden.Dispose();
        }

        base.Dispose(disposing);
    }
}

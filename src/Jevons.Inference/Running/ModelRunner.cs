using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>
/// Runs batches through a model over one pool of pages. It knows neither sequences nor requests. One caller at a time; a
/// pass allocates nothing once the largest batch has been seen.
/// </summary>
public abstract class ModelRunner : IDisposable
{
    /// <summary>Logits of a row.</summary>
    public abstract int VocabSize { get; }

    /// <summary>Threads, scratch and instruction set that the model runs with.</summary>
    public abstract KernelContext Context { get; }

    /// <summary>Pages of 64 positions in the pool.</summary>
    public abstract int PageCount { get; }

    /// <summary>
    /// True when the form of multi-head latent attention shows in the cached values, so that pages are shared only between
    /// equal forms.
    /// </summary>
    public virtual bool DistinguishesForms => false;

    /// <summary>True when <see cref="Draft"/> can be called.</summary>
    public virtual bool CanDraft => false;

    /// <summary>Computes a batch and writes its keys and values to its pages.</summary>
    /// <param name="batch">Tokens, positions, pages, output rows.</param>
    public abstract void Run(Batch batch);

    /// <summary>Logits of the last pass (main or draft).</summary>
    /// <param name="outputRow">Index into the batch's output rows.</param>
    /// <returns>One value a vocabulary entry, valid until the next pass.</returns>
    public abstract ReadOnlySpan<float> Logits(int outputRow);

    /// <summary>Copies a page of every layer.</summary>
    /// <param name="copy">Source and destination.</param>
    public abstract void CopyPage(PageCopy copy);

    /// <summary>
    /// Runs the draft layer: row i of the batch holds the token that follows position i, and uses row
    /// <paramref name="hiddenRows"/>[i] of the hidden rows of the last pass, be it the main model's or the draft layer's own.
    /// </summary>
    /// <param name="batch">The following tokens, at the positions whose hidden rows they follow.</param>
    /// <param name="hiddenRows">Rows of the last pass, in any order.</param>
    /// <exception cref="NotSupportedException">The model has no draft layer.</exception>
    public virtual void Draft(Batch batch, ReadOnlySpan<int> hiddenRows) =>
        throw new NotSupportedException("this model has no layer that drafts tokens");

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the runner owns.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}

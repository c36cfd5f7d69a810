namespace Jevons.Training;

/// <summary>
/// One recorded operation: how its result comes about, and how the result's gradient reaches its arguments. Both stand in one
/// file, with the formula above.
/// </summary>
internal abstract class TapeOperation
{
    /// <summary>Computes the result into its memory; called again when a checkpointed layer is run once more.</summary>
    /// <param name="tape">Threads, memory, batch.</param>
    public abstract void Forward(TapeOps tape);

    /// <summary>Adds to the arguments' and parameters' gradients what the result's gradient asks for.</summary>
    /// <param name="tape">Threads, memory, batch.</param>
    public abstract void Backward(TapeOps tape);
}

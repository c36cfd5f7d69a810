namespace Jevons.Kernels.Generated;

/// <summary>The system refused executable memory for a kernel although it granted some before.</summary>
internal sealed class ExecutableMemoryException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ExecutableMemoryException()
        : base("the system refused executable memory for a generated kernel")
    {
    }
}

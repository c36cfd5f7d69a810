namespace Jevons.Kernels.Generated;

/// <summary>The kernels of one type for few tokens, each generated when it is first asked for. Thread-safe: two threads that are the first
/// at once generate the same code twice.</summary>
/// <param name="rows">Rows that a kernel takes at a time.</param>
/// <param name="mostTokens">The most tokens that one takes.</param>
/// <param name="build">Generates the kernel for a number of tokens.</param>
internal sealed unsafe class FewTokensKernels(int rows, int mostTokens, Func<int, nint> build)
{
    private readonly nint[] _code = new nint[mostTokens];

    /// <summary>Rows that a kernel takes at a time.</summary>
    public int Rows => rows;

    /// <summary>The most tokens that a kernel takes.</summary>
    public int MostTokens => mostTokens;

    /// <summary>Runs the kernel.</summary>
    /// <param name="call">Operands.</param>
    /// <param name="tokens">1 to MostTokens.</param>
    public void Run(FewTokensCall* call, int tokens)
    {
        nint code = Volatile.Read(ref _code[tokens - 1]);
        if (code == 0)
        {
            code = build(tokens);
            Volatile.Write(ref _code[tokens - 1], code);
        }

        ((delegate* unmanaged[SuppressGCTransition]<FewTokensCall*, void>)code)(call);
    }
}

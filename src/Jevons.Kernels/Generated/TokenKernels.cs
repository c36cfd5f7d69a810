namespace Jevons.Kernels.Generated;

/// <summary>The generated kernels of one kind, one for each number of tokens, each generated when it is first run. Thread-safe: two threads
/// that are the first at once generate the same code twice.</summary>
/// <typeparam name="TCall">Operands.</typeparam>
/// <param name="mostTokens">The most tokens that a kernel takes.</param>
/// <param name="build">Generates the kernel for a number of tokens: a function of a pointer to TCall.</param>
internal sealed unsafe class TokenKernels<TCall>(int mostTokens, Func<int, nint> build)
    where TCall : unmanaged
{
    private readonly nint[] _code = new nint[mostTokens];

    /// <summary>The most tokens that a kernel takes.</summary>
    public int MostTokens => mostTokens;

    /// <summary>Runs a kernel.</summary>
    /// <param name="call">Operands.</param>
    /// <param name="tokens">1 to MostTokens.</param>
    public void Run(TCall* call, int tokens)
    {
        nint code = Volatile.Read(ref _code[tokens - 1]);
        if (code == 0)
        {
            code = build(tokens);
            Volatile.Write(ref _code[tokens - 1], code);
        }

        ((delegate* unmanaged[SuppressGCTransition]<TCall*, void>)code)(call);
    }
}

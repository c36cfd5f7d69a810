namespace Jevons.Kernels;

/// <summary>A function of one element.</summary>
internal interface IUnaryOperator
{
    /// <summary>Applies the function to sixteen elements.</summary>
    static abstract T Invoke<T>(T x)
        where T : unmanaged, ILanes<T>;
}

namespace Jevons.Kernels;

/// <summary>A function of two elements.</summary>
internal interface IBinaryOperator
{
    /// <summary>Applies the function to sixteen pairs.</summary>
    static abstract T Invoke<T>(T a, T b)
        where T : unmanaged, ILanes<T>;
}

using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Products;

/// <summary>
/// The 16 lanes in which a float sum runs, in one, two or four registers: the kernels are written once against it and give
/// equal bits, because lanes never meet before the fold.
/// </summary>
/// <typeparam name="TSelf">The implementation: the instruction set.</typeparam>
internal unsafe interface ILanes16<TSelf>
    where TSelf : struct, ILanes16<TSelf>
{
    /// <summary>Rows of the wide tile: 4 where the registers hold 4 x 6 sums, else 2 (x 3).</summary>
    static abstract bool HasWideTile { get; }

    /// <summary>16 times +0.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>16 floats.</summary>
    static abstract TSelf Load(float* p);

    /// <summary>Stores 16 floats.</summary>
    static abstract void Store(TSelf value, float* p);

    /// <summary>The same float 16 times.</summary>
    static abstract TSelf Fill(float value);

    /// <summary>16 halves, widened exactly.</summary>
    static abstract TSelf LoadHalf(ushort* p);

    /// <summary>16 bfloat16, widened exactly.</summary>
    static abstract TSelf LoadBFloat16(ushort* p);

    /// <summary>a * b + c per lane, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>a * b per lane, rounded.</summary>
    static abstract TSelf Multiply(TSelf a, TSelf b);

    /// <summary>c[r, n] += sum over k ascending of a[r, k] b[k, n] for four rows and 16 columns at a time: <see cref="OuterProduct.Four"/>.</summary>
    static abstract void AddFour(float** a, int depth, float* b, nint strideB, float* c, nint strideC, int cols);

    /// <summary>The same for one row.</summary>
    static abstract void AddOne(float* a, int depth, float* b, nint strideB, float* c, int cols);

    /// <summary>Lane l plus lane l + 8, then plus lane l + 4: the first two folds.</summary>
    static abstract Vector128<float> Fold(TSelf value);
}

using System.Runtime.CompilerServices;

namespace Jevons.Kernels;

/// <summary>
/// The last 1 to 15 elements of a row. They pass through sixteen floats on the stack, so no kernel touches memory beyond
/// the row, and the lanes that have no element hold a value that the caller names.
/// </summary>
internal static unsafe class LaneTail
{
    /// <summary>Reads <paramref name="count"/> elements; the other lanes hold <paramref name="fill"/>.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="source">First element.</param>
    /// <param name="count">1 to 15.</param>
    /// <param name="fill">Value of the other lanes.</param>
    /// <returns>Sixteen lanes.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static T Load<T>(float* source, int count, float fill)
        where T : unmanaged, ILanes<T>
    {
        float* lanes = stackalloc float[16];
        for (int i = 0; i < 16; i++)
        {
            lanes[i] = i < count ? source[i] : fill;
        }

        return T.Load(lanes);
    }

    /// <summary>Writes the first <paramref name="count"/> lanes.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="destination">First element.</param>
    /// <param name="count">1 to 15.</param>
    /// <param name="value">Sixteen lanes.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Store<T>(float* destination, int count, T value)
        where T : unmanaged, ILanes<T>
    {
        float* lanes = stackalloc float[16];
        T.Store(lanes, value);
        for (int i = 0; i < count; i++)
        {
            destination[i] = lanes[i];
        }
    }
}

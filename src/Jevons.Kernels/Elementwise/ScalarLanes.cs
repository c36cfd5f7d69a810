using System.Runtime.CompilerServices;

namespace Jevons.Kernels;

/// <summary>
/// Sixteen plain floats and plain loops over them: the definition of every lane operation, and the portable path.
/// </summary>
[InlineArray(Count)]
internal unsafe struct ScalarLanes : ILanes<ScalarLanes>
{
    private const int Count = 16;

    private float _first;

    public static bool IsWide => false;

    public static ScalarLanes Zero => default;

    public static ScalarLanes Create(float value)
    {
        Unsafe.SkipInit(out ScalarLanes result);
        for (int i = 0; i < Count; i++)
        {
            result[i] = value;
        }

        return result;
    }

    public static ScalarLanes CreateBits(int value) => Create(BitConverter.Int32BitsToSingle(value));

    public static ScalarLanes Load(float* source) => Unsafe.ReadUnaligned<ScalarLanes>(source);

    public static void Store(float* destination, ScalarLanes value) => Unsafe.WriteUnaligned(destination, value);

    public static ScalarLanes LoadUInt16Bits(ushort* source)
    {
        Unsafe.SkipInit(out ScalarLanes result);
        for (int i = 0; i < Count; i++)
        {
            // Stored as an integer: the .NET 10 JIT turns Int32BitsToSingle of a 16-bit load into a 32-bit load of the address.
            Unsafe.As<float, int>(ref result[i]) = source[i];
        }

        return result;
    }

    public static void StoreUInt16Bits(ushort* destination, ScalarLanes value)
    {
        for (int i = 0; i < Count; i++)
        {
            destination[i] = (ushort)BitConverter.SingleToInt32Bits(value[i]);
        }
    }

    public static ScalarLanes LoadInt8(sbyte* source)
    {
        Unsafe.SkipInit(out ScalarLanes result);
        for (int i = 0; i < Count; i++)
        {
            result[i] = source[i];
        }

        return result;
    }

    public static ScalarLanes operator +(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] += right[i];
        }

        return left;
    }

    public static ScalarLanes operator -(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] -= right[i];
        }

        return left;
    }

    public static ScalarLanes operator *(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] *= right[i];
        }

        return left;
    }

    public static ScalarLanes operator /(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] /= right[i];
        }

        return left;
    }

    public static ScalarLanes Sqrt(ScalarLanes value)
    {
        for (int i = 0; i < Count; i++)
        {
            value[i] = MathF.Sqrt(value[i]);
        }

        return value;
    }

    public static ScalarLanes FusedMultiplyAdd(ScalarLanes a, ScalarLanes b, ScalarLanes c)
    {
        for (int i = 0; i < Count; i++)
        {
            c[i] = MathF.FusedMultiplyAdd(a[i], b[i], c[i]);
        }

        return c;
    }

    public static ScalarLanes Max(ScalarLanes a, ScalarLanes b)
    {
        for (int i = 0; i < Count; i++)
        {
            a[i] = b[i] > a[i] ? b[i] : a[i];
        }

        return a;
    }

    public static ScalarLanes GreaterThan(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] = BitConverter.Int32BitsToSingle(left[i] > right[i] ? -1 : 0);
        }

        return left;
    }

    public static ScalarLanes GreaterThanBits(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] = BitConverter.Int32BitsToSingle(Bits(left[i]) > Bits(right[i]) ? -1 : 0);
        }

        return left;
    }

    public static ScalarLanes Select(ScalarLanes mask, ScalarLanes whenTrue, ScalarLanes whenFalse)
    {
        for (int i = 0; i < Count; i++)
        {
            int m = Bits(mask[i]);
            mask[i] = BitConverter.Int32BitsToSingle((Bits(whenTrue[i]) & m) | (Bits(whenFalse[i]) & ~m));
        }

        return mask;
    }

    public static ScalarLanes AndBits(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] = BitConverter.Int32BitsToSingle(Bits(left[i]) & Bits(right[i]));
        }

        return left;
    }

    public static ScalarLanes OrBits(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] = BitConverter.Int32BitsToSingle(Bits(left[i]) | Bits(right[i]));
        }

        return left;
    }

    public static ScalarLanes AddBits(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] = BitConverter.Int32BitsToSingle(Bits(left[i]) + Bits(right[i]));
        }

        return left;
    }

    public static ScalarLanes SubtractBits(ScalarLanes left, ScalarLanes right)
    {
        for (int i = 0; i < Count; i++)
        {
            left[i] = BitConverter.Int32BitsToSingle(Bits(left[i]) - Bits(right[i]));
        }

        return left;
    }

    public static ScalarLanes ShiftLeftBits(ScalarLanes value, int count)
    {
        for (int i = 0; i < Count; i++)
        {
            value[i] = BitConverter.Int32BitsToSingle(Bits(value[i]) << count);
        }

        return value;
    }

    public static ScalarLanes ShiftRightLogicalBits(ScalarLanes value, int count)
    {
        for (int i = 0; i < Count; i++)
        {
            value[i] = BitConverter.Int32BitsToSingle(Bits(value[i]) >>> count);
        }

        return value;
    }

    public static ScalarLanes ShiftRightArithmeticBits(ScalarLanes value, int count)
    {
        for (int i = 0; i < Count; i++)
        {
            value[i] = BitConverter.Int32BitsToSingle(Bits(value[i]) >> count);
        }

        return value;
    }

    public static ScalarLanes ToInt32Bits(ScalarLanes value)
    {
        for (int i = 0; i < Count; i++)
        {
            value[i] = BitConverter.Int32BitsToSingle((int)value[i]);
        }

        return value;
    }

    public static ScalarLanes SwapPairs(ScalarLanes value)
    {
        for (int i = 0; i < Count; i += 2)
        {
            (value[i], value[i + 1]) = (value[i + 1], value[i]);
        }

        return value;
    }

    public static float Sum(ScalarLanes value)
    {
        for (int half = Count / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                value[i] += value[i + half];
            }
        }

        return value[0];
    }

    public static float Maximum(ScalarLanes value)
    {
        float result = value[0];
        for (int i = 1; i < Count; i++)
        {
            result = MathF.Max(result, value[i]);
        }

        return result;
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
}

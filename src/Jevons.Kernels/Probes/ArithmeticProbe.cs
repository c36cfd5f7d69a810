using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Jevons.Kernels.Generated;
using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// Measures what all threads together compute in registers: f32 fused multiply-adds, and the int8 products that the quantised
/// kernels are made of. The bounds of prompt processing. A multiplication and its addition count as two operations.
/// </summary>
public static unsafe class ArithmeticProbe
{
    private const int Steps = 1 << 17;
    private const int UnitsPerWorker = 8;

    // Chains that do not wait for each other: enough to hide a latency of 4 to 5 cycles on two units.
    private const int Chains = 10;

    /// <summary>Measures f32 fused multiply-adds in the widest vectors that the instruction set has.</summary>
    /// <param name="context">Threads and instruction set.</param>
    /// <param name="timer">How long.</param>
    /// <returns>Operations per second.</returns>
    public static double Float32(KernelContext context, ProbeTimer timer)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Isa switch
        {
            Isa.Avx512 => Measure(context, timer, 16, &FloatAvx512),
            Isa.Avx2 => Measure(context, timer, 8, &FloatAvx2),
            Isa.Neon => Measure(context, timer, 4, &FloatNeon),
            _ => Measure(context, timer, 1, &FloatScalar),
        };
    }

    /// <summary>Measures int8 multiply-accumulates into int32 with the instructions that the kernels use.</summary>
    /// <param name="context">Threads and instruction set.</param>
    /// <param name="timer">How long.</param>
    /// <returns>Operations per second.</returns>
    public static double Int8(KernelContext context, ProbeTimer timer)
    {
        ArgumentNullException.ThrowIfNull(context);
        CpuFeatures features = context.Features;
        return features.Isa switch
        {
            Isa.Avx512 when InstructionSets.UsesGeneratedKernels(features) => MeasureGenerated(context, timer, 64, &Int8Generated),
            Isa.Avx512 => Measure(context, timer, 64, &Int8Avx512),
            Isa.Avx2 when features.AvxVnni => Measure(context, timer, 32, &Int8Vnni),
            Isa.Avx2 => Measure(context, timer, 32, &Int8Avx2),
            Isa.Neon when features.ArmDotProduct => Measure(context, timer, 16, &Int8NeonDot),
            _ => Measure(context, timer, 1, &Int8Scalar),
        };
    }

    private static double Measure(KernelContext context, ProbeTimer timer, int lanes, delegate*<ref long, int, int, void> body)
    {
        ArgumentNullException.ThrowIfNull(timer);
        int units = context.Pool.Workers * UnitsPerWorker;
        double operations = 2.0 * lanes * Chains * Steps * units;
        return timer.BestRate(operations, () => Run(context, units, body));
    }

    private static double MeasureGenerated(KernelContext context, ProbeTimer timer, int lanes, delegate*<ref long, int, int, void> body)
    {
        ArgumentNullException.ThrowIfNull(timer);
        int units = context.Pool.Workers * UnitsPerWorker;
        double operations = 2.0 * lanes * ProbeCode.Instructions * units;
        return timer.BestRate(operations, () => Run(context, units, body));
    }

    private static void Int8Generated(ref long sink, int unit, int worker) => ProbeCode.Int8(null);

    private static void Run(KernelContext context, int units, delegate*<ref long, int, int, void> body)
    {
        long sink = 0;
        context.Pool.Run(units, ref sink, body);
    }

    // Each body keeps its ten sums in registers and hands a value out at the end, so that nothing can be left away.
    private static void FloatAvx512(ref long sink, int unit, int worker)
    {
        Vector512<float> x = Vector512.Create(unit + 1f);
        Vector512<float> y = Vector512.Create(1e-6f);
        Vector512<float> s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x, s8 = x, s9 = x;
        for (int i = 0; i < Steps; i++)
        {
            s0 = Avx512F.FusedMultiplyAdd(x, y, s0);
            s1 = Avx512F.FusedMultiplyAdd(x, y, s1);
            s2 = Avx512F.FusedMultiplyAdd(x, y, s2);
            s3 = Avx512F.FusedMultiplyAdd(x, y, s3);
            s4 = Avx512F.FusedMultiplyAdd(x, y, s4);
            s5 = Avx512F.FusedMultiplyAdd(x, y, s5);
            s6 = Avx512F.FusedMultiplyAdd(x, y, s6);
            s7 = Avx512F.FusedMultiplyAdd(x, y, s7);
            s8 = Avx512F.FusedMultiplyAdd(x, y, s8);
            s9 = Avx512F.FusedMultiplyAdd(x, y, s9);
        }

        Keep(ref sink, Vector512.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9));
    }

    private static void FloatAvx2(ref long sink, int unit, int worker)
    {
        Vector256<float> x = Vector256.Create(unit + 1f);
        Vector256<float> y = Vector256.Create(1e-6f);
        Vector256<float> s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x, s8 = x, s9 = x;
        for (int i = 0; i < Steps; i++)
        {
            s0 = Fma.MultiplyAdd(x, y, s0);
            s1 = Fma.MultiplyAdd(x, y, s1);
            s2 = Fma.MultiplyAdd(x, y, s2);
            s3 = Fma.MultiplyAdd(x, y, s3);
            s4 = Fma.MultiplyAdd(x, y, s4);
            s5 = Fma.MultiplyAdd(x, y, s5);
            s6 = Fma.MultiplyAdd(x, y, s6);
            s7 = Fma.MultiplyAdd(x, y, s7);
            s8 = Fma.MultiplyAdd(x, y, s8);
            s9 = Fma.MultiplyAdd(x, y, s9);
        }

        Keep(ref sink, Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9));
    }

    private static void FloatNeon(ref long sink, int unit, int worker)
    {
        Vector128<float> x = Vector128.Create(unit + 1f);
        Vector128<float> y = Vector128.Create(1e-6f);
        Vector128<float> s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x, s8 = x, s9 = x;
        for (int i = 0; i < Steps; i++)
        {
            s0 = AdvSimd.FusedMultiplyAdd(s0, x, y);
            s1 = AdvSimd.FusedMultiplyAdd(s1, x, y);
            s2 = AdvSimd.FusedMultiplyAdd(s2, x, y);
            s3 = AdvSimd.FusedMultiplyAdd(s3, x, y);
            s4 = AdvSimd.FusedMultiplyAdd(s4, x, y);
            s5 = AdvSimd.FusedMultiplyAdd(s5, x, y);
            s6 = AdvSimd.FusedMultiplyAdd(s6, x, y);
            s7 = AdvSimd.FusedMultiplyAdd(s7, x, y);
            s8 = AdvSimd.FusedMultiplyAdd(s8, x, y);
            s9 = AdvSimd.FusedMultiplyAdd(s9, x, y);
        }

        Keep(ref sink, Vector128.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9));
    }

    private static void FloatScalar(ref long sink, int unit, int worker)
    {
        float x = unit + 1f;
        float y = 1e-6f;
        float s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x, s8 = x, s9 = x;
        for (int i = 0; i < Steps; i++)
        {
            s0 = MathF.FusedMultiplyAdd(x, y, s0);
            s1 = MathF.FusedMultiplyAdd(x, y, s1);
            s2 = MathF.FusedMultiplyAdd(x, y, s2);
            s3 = MathF.FusedMultiplyAdd(x, y, s3);
            s4 = MathF.FusedMultiplyAdd(x, y, s4);
            s5 = MathF.FusedMultiplyAdd(x, y, s5);
            s6 = MathF.FusedMultiplyAdd(x, y, s6);
            s7 = MathF.FusedMultiplyAdd(x, y, s7);
            s8 = MathF.FusedMultiplyAdd(x, y, s8);
            s9 = MathF.FusedMultiplyAdd(x, y, s9);
        }

        Keep(ref sink, s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9);
    }

    // vpmaddubsw, vpmaddwd, vpaddd. The operands pass through the sums, or the products would be computed once.
    private static void Int8Avx512(ref long sink, int unit, int worker)
    {
        Vector512<short> ones = Vector512.Create((short)1);
        Vector512<sbyte> y = Vector512.Create((sbyte)3);
        Vector512<int> s0 = Vector512.Create(unit), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0;
        for (int i = 0; i < Steps; i++)
        {
            s0 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s0.AsByte(), y), ones);
            s1 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s1.AsByte(), y), ones);
            s2 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s2.AsByte(), y), ones);
            s3 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s3.AsByte(), y), ones);
            s4 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s4.AsByte(), y), ones);
            s5 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s5.AsByte(), y), ones);
            s6 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s6.AsByte(), y), ones);
            s7 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s7.AsByte(), y), ones);
            s8 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s8.AsByte(), y), ones);
            s9 += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(s9.AsByte(), y), ones);
        }

        Keep(ref sink, Vector512.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9));
    }

    private static void Int8Avx2(ref long sink, int unit, int worker)
    {
        Vector256<short> ones = Vector256.Create((short)1);
        Vector256<sbyte> y = Vector256.Create((sbyte)3);
        Vector256<int> s0 = Vector256.Create(unit), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0;
        for (int i = 0; i < Steps; i++)
        {
            s0 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s0.AsByte(), y), ones);
            s1 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s1.AsByte(), y), ones);
            s2 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s2.AsByte(), y), ones);
            s3 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s3.AsByte(), y), ones);
            s4 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s4.AsByte(), y), ones);
            s5 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s5.AsByte(), y), ones);
            s6 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s6.AsByte(), y), ones);
            s7 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s7.AsByte(), y), ones);
            s8 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s8.AsByte(), y), ones);
            s9 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(s9.AsByte(), y), ones);
        }

        Keep(ref sink, Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9));
    }

    private static void Int8Vnni(ref long sink, int unit, int worker)
    {
        Vector256<byte> x = Vector256.Create((byte)(unit + 1));
        Vector256<sbyte> y = Vector256.Create((sbyte)3);
        Vector256<int> s0 = Vector256.Create(unit), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0;
        for (int i = 0; i < Steps; i++)
        {
            s0 = AvxVnni.MultiplyWideningAndAdd(s0, x, y);
            s1 = AvxVnni.MultiplyWideningAndAdd(s1, x, y);
            s2 = AvxVnni.MultiplyWideningAndAdd(s2, x, y);
            s3 = AvxVnni.MultiplyWideningAndAdd(s3, x, y);
            s4 = AvxVnni.MultiplyWideningAndAdd(s4, x, y);
            s5 = AvxVnni.MultiplyWideningAndAdd(s5, x, y);
            s6 = AvxVnni.MultiplyWideningAndAdd(s6, x, y);
            s7 = AvxVnni.MultiplyWideningAndAdd(s7, x, y);
            s8 = AvxVnni.MultiplyWideningAndAdd(s8, x, y);
            s9 = AvxVnni.MultiplyWideningAndAdd(s9, x, y);
        }

        Keep(ref sink, Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9));
    }

    private static void Int8NeonDot(ref long sink, int unit, int worker)
    {
        Vector128<sbyte> x = Vector128.Create((sbyte)((unit & 63) + 1));
        Vector128<sbyte> y = Vector128.Create((sbyte)3);
        Vector128<int> s0 = Vector128.Create(unit), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0;
        for (int i = 0; i < Steps; i++)
        {
            s0 = Dp.DotProduct(s0, x, y);
            s1 = Dp.DotProduct(s1, x, y);
            s2 = Dp.DotProduct(s2, x, y);
            s3 = Dp.DotProduct(s3, x, y);
            s4 = Dp.DotProduct(s4, x, y);
            s5 = Dp.DotProduct(s5, x, y);
            s6 = Dp.DotProduct(s6, x, y);
            s7 = Dp.DotProduct(s7, x, y);
            s8 = Dp.DotProduct(s8, x, y);
            s9 = Dp.DotProduct(s9, x, y);
        }

        Keep(ref sink, Vector128.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9));
    }

    private static void Int8Scalar(ref long sink, int unit, int worker)
    {
        int y = 3;
        int s0 = unit, s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0;
        for (int i = 0; i < Steps; i++)
        {
            s0 += (sbyte)s0 * y;
            s1 += (sbyte)s1 * y;
            s2 += (sbyte)s2 * y;
            s3 += (sbyte)s3 * y;
            s4 += (sbyte)s4 * y;
            s5 += (sbyte)s5 * y;
            s6 += (sbyte)s6 * y;
            s7 += (sbyte)s7 * y;
            s8 += (sbyte)s8 * y;
            s9 += (sbyte)s9 * y;
        }

        Keep(ref sink, s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(ref long sink, double value) => Interlocked.Add(ref sink, BitConverter.DoubleToInt64Bits(value));
}

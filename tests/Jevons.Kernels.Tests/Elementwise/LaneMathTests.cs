using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Elementwise;

/// <summary>Number formats of sixteen lanes against the types that define them, on every lane width.</summary>
public sealed unsafe class LaneMathTests
{
    [Fact]
    public void ScalarLoadUInt16Bits_ReadsSixteenBitsAlone()
    {
        ushort* source = stackalloc ushort[32];
        int* bits = stackalloc int[16];
        new Span<ushort>(source, 32).Fill(0xABCD);
        ScalarLanes.Store((float*)bits, ScalarLanes.LoadUInt16Bits(source));
        Assert.All(new Span<int>(bits, 16).ToArray(), b => Assert.Equal(0xABCD, b));
    }

    [Theory]
    [MemberData(nameof(KernelContexts.AllIsas), MemberType = typeof(KernelContexts))]
    public void HalfToSingle_IsExactForEveryPattern(Isa isa)
    {
        for (int first = 0; first <= ushort.MaxValue; first += 16)
        {
            ConvertJob job = new() { Mode = 0 };
            for (int i = 0; i < 16; i++)
            {
                job.Bits[i] = (ushort)(first + i);
            }

            LaneJobs.RunHere(new CpuFeatures(isa, AvxVnni: false, ArmDotProduct: false), ref job);
            for (int i = 0; i < 16; i++)
            {
                float want = (float)BitConverter.UInt16BitsToHalf((ushort)(first + i));
                Assert.True(Same(want, job.Floats[i]), $"half 0x{first + i:X4}: {job.Floats[i]:R}, expected {want:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(KernelContexts.AllIsas), MemberType = typeof(KernelContexts))]
    public void SingleToHalfAndBFloat16_RoundAsTheTypesDo(Isa isa)
    {
        CpuFeatures features = new(isa, AvxVnni: false, ArmDotProduct: false);
        SeededRandom random = new(4);
        for (int round = 0; round < 4000; round++)
        {
            ConvertJob half = new() { Mode = 1 };
            ConvertJob brain = new() { Mode = 2 };
            for (int i = 0; i < 16; i++)
            {
                // Every second value lies at, just above or just below the middle between two halves.
                ushort pattern = (ushort)random.NextUInt64();
                float middle = (float)(((double)(float)BitConverter.UInt16BitsToHalf(pattern) + (float)BitConverter.UInt16BitsToHalf((ushort)(pattern + 1))) / 2);
                half.Floats[i] = (i % 4) switch
                {
                    0 => middle,
                    1 => MathF.BitIncrement(middle),
                    2 => MathF.BitDecrement(middle),
                    _ => BitConverter.UInt32BitsToSingle((uint)random.NextUInt64()),
                };
                brain.Floats[i] = half.Floats[i];
            }

            LaneJobs.RunHere(features, ref half);
            LaneJobs.RunHere(features, ref brain);
            for (int i = 0; i < 16; i++)
            {
                float x = brain.Floats[i];
                Assert.True(Same((float)(Half)x, (float)BitConverter.UInt16BitsToHalf(half.Bits[i])), $"half of {x:R}: 0x{half.Bits[i]:X4}");
                Assert.True(((BFloat16)x).Bits == brain.Bits[i], $"bfloat16 of {x:R}: 0x{brain.Bits[i]:X4}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(KernelContexts.AllIsas), MemberType = typeof(KernelContexts))]
    public void LogAndSqrt_AreThoseOfDoublePrecision(Isa isa)
    {
        CpuFeatures features = new(isa, AvxVnni: false, ArmDotProduct: false);
        for (uint bits = 0x00800000; bits < 0x7F000000; bits += 16 * 4093)
        {
            ConvertJob log = new() { Mode = 3 };
            ConvertJob root = new() { Mode = 4 };
            float[] x = new float[16];
            for (int i = 0; i < 16; i++)
            {
                x[i] = log.Floats[i] = root.Floats[i] = BitConverter.UInt32BitsToSingle(bits + (uint)(4093 * i));
            }

            LaneJobs.RunHere(features, ref log);
            LaneJobs.RunHere(features, ref root);
            for (int i = 0; i < 16; i++)
            {
                double exact = Math.Log(x[i]);
                double tolerance = Math.Max(1e-7, 2 * Math.Pow(2, -23) * Math.Abs(exact));
                Assert.True(Math.Abs(log.Floats[i] - exact) <= tolerance, $"ln {x[i]:R} = {log.Floats[i]:R}, expected {exact:R}");
                Assert.True(Same(MathF.Sqrt(x[i]), root.Floats[i]), $"sqrt {x[i]:R} = {root.Floats[i]:R}");
            }
        }
    }

    private static bool Same(float a, float b) =>
        BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));

    private struct ConvertJob : ILaneJob<ConvertJob>
    {
        public int Mode;
        public fixed ushort Bits[16];
        public fixed float Floats[16];

        public static void Run<TLanes>(ref ConvertJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            fixed (ushort* bits = job.Bits)
            fixed (float* floats = job.Floats)
            {
                if (job.Mode >= 3)
                {
                    TLanes.Store(floats, job.Mode == 3 ? LaneMath.Log(TLanes.Load(floats)) : TLanes.Sqrt(TLanes.Load(floats)));
                }
                else if (job.Mode == 0)
                {
                    TLanes.Store(floats, LaneMath.HalfToSingle(TLanes.LoadUInt16Bits(bits)));
                }
                else
                {
                    TLanes x = TLanes.Load(floats);
                    TLanes.StoreUInt16Bits(bits, job.Mode == 1 ? LaneMath.SingleToHalf(x) : LaneMath.SingleToBFloat16(x));
                }
            }
        }
    }
}

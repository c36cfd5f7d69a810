using System.Runtime.Intrinsics;
using Jevons.Kernels.Generated;
using Jevons.Kernels.Products;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>A generated kernel that gives other bits than the definition, or that finds no memory, is not used.</summary>
public sealed unsafe class GeneratedKernelsTests
{
    private static readonly CpuFeatures s_features = CpuFeatures.Detect();

    [Fact]
    public void Probe_OfEveryKernel_AgreesHere()
    {
        SkipWithoutGeneratedCode();
        Assert.Empty(InstructionSets.RefusedKernels(s_features));
        foreach (TensorType type in RandomWeights.BlockTypes)
        {
            Assert.IsNotType(QuantProducts.For(type, CpuFeatures.For(Isa.Avx512)).GetType(), QuantProducts.For(type, s_features));
            Assert.Equal(ExactRowsFormats.Has(type), QuantProducts.ForExact(type, s_features) is FewTokensProduct);
            Assert.Equal(FewTokensFormats.MostTokens(type) > 0, QuantProducts.For(type, s_features) is FewTokensProduct);
        }
    }

    [Fact]
    public void Probe_OfEveryIntrinsicProduct_AgreesToo()
    {
        Assert.SkipUnless(CpuFeatures.IsSupported(Isa.Avx512), "this CPU, or the runtime's settings, do not allow AVX-512");
        CpuFeatures features = CpuFeatures.For(Isa.Avx512);
        Assert.True(QuantProbe.Int8Agrees<BlockQ4_0, Q4_0Form>(QuantProducts.For(TensorType.Q4_0, features)));
        Assert.True(QuantProbe.Int8Agrees<BlockQ2K, Q2_KForm>(QuantProducts.For(TensorType.Q2_K, features)));
        Assert.True(QuantProbe.Int8Agrees<BlockIQ1M, IQ1_MForm>(QuantProducts.For(TensorType.IQ1_M, features)));
        Assert.True(QuantProbe.Int8Agrees<BlockMXFP4, MXFP4Form>(QuantProducts.For(TensorType.MXFP4, features)));
        Assert.True(QuantProbe.ExactAgrees<BlockQ4K, Q4_KForm>(QuantProducts.ForExact(TensorType.Q4_K, features)!));
        Assert.True(QuantProbe.ExactAgrees<BlockQ5_0, Q5_0Form>(QuantProducts.ForExact(TensorType.Q5_0, features)!));
        Assert.True(QuantProbe.ExactAgrees<BlockIQ4NL, IQ4_NLForm>(QuantProducts.ForExact(TensorType.IQ4_NL, features)!));
        Assert.True(QuantProbe.ExactAgrees<BlockQ6K, Q6_KForm>(QuantProducts.ForExact(TensorType.Q6_K, features)!));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 34)]
    [InlineData(15, 16)]
    [InlineData(15, 31)]
    public void Int8Kernel_WithOneWrongBit_GivesWayToTheIntrinsicOne(int tokens, int row)
    {
        Assert.SkipUnless(CpuFeatures.IsSupported(Isa.Avx512), "this CPU, or the runtime's settings, do not allow AVX-512");
        GeneratedKernels kernels = new(isAvailable: true);
        QuantProduct plain = QuantProducts.For(TensorType.Q4_0, CpuFeatures.For(Isa.Avx512));
        QuantProduct chosen = VnniFamily.ChooseInt8<BlockQ4_0, Q4_0Form, NibblePacker<BlockQ4_0, Avx512Rows, Vector512<uint>>>(
            kernels, () => new WrongQuantProduct(plain, tokens, row));
        Assert.IsType(plain.GetType(), chosen);
        Assert.Equal(["Q4_0 x int8"], kernels.Refused);
    }

    [Fact]
    public void Int8Kernel_WithTheCodeOfAnotherType_GivesWayToTheIntrinsicOne()
    {
        SkipWithoutGeneratedCode();
        GeneratedKernels kernels = new(isAvailable: true);
        QuantProduct plain = QuantProducts.For(TensorType.Q8_0, CpuFeatures.For(Isa.Avx512));

        // Blocks of Q4_0 are the smaller ones, so nothing outside the rows is read.
        QuantProduct chosen = VnniFamily.ChooseInt8<BlockQ8_0, Q8_0Form, Q8_0Packer<Avx512Rows, Vector512<uint>>>(
            kernels, () => new FewTokensProduct(
                new TokenKernels<FewTokensCall>(4, tokens => (nint)FewTokensFormats.Build(TensorType.Q4_0, tokens)), FewTokensCode.Rows, 32, isExact: false, plain));
        Assert.IsType(plain.GetType(), chosen);
        Assert.Equal(["Q8_0 x int8"], kernels.Refused);
    }

    [Fact]
    public void ExactKernel_WithOneWrongBit_GivesWayToTheIntrinsicOne()
    {
        Assert.SkipUnless(CpuFeatures.IsSupported(Isa.Avx512), "this CPU, or the runtime's settings, do not allow AVX-512");
        GeneratedKernels kernels = new(isAvailable: true);
        QuantProduct plain = QuantProducts.ForExact(TensorType.Q8_0, CpuFeatures.For(Isa.Avx512))!;
        Assert.Same(plain, VnniFamily.ChooseExact<BlockQ8_0, Q8_0Form>(kernels, right => new WrongQuantProduct(right, 1, 33), plain));
        Assert.Equal(["Q8_0 x f32"], kernels.Refused);
    }

    [Theory]
    [InlineData(TensorType.Q4_0)]
    [InlineData(TensorType.Q4_1)]
    [InlineData(TensorType.IQ4_NL)]
    [InlineData(TensorType.Q5_0)]
    public void ExactKernel_WithTheCodeOfAnotherType_GivesWayToTheIntrinsicOne(TensorType other)
    {
        SkipWithoutGeneratedCode();
        GeneratedKernels kernels = new(isAvailable: true);
        QuantProduct plain = QuantProducts.ForExact(TensorType.Q5_1, CpuFeatures.For(Isa.Avx512))!;

        // Blocks of Q5_1 are the largest of these, so nothing outside the rows is read.
        QuantProduct chosen = VnniFamily.ChooseExact<BlockQ5_1, Q5_1Form>(
            kernels,
            tiles => new FewTokensProduct(
                new TokenKernels<FewTokensCall>(4, tokens => (nint)ExactRowsFormats.Build(other, tokens)), ExactRowsCode.Rows, 32, isExact: true, tiles),
            plain);
        Assert.Same(plain, chosen);
        Assert.Equal(["Q5_1 x f32"], kernels.Refused);
    }

    [Fact]
    public void Kernel_ThatFindsNoMemory_GivesWayToTheIntrinsicOne()
    {
        Assert.SkipUnless(CpuFeatures.IsSupported(Isa.Avx512), "this CPU, or the runtime's settings, do not allow AVX-512");
        GeneratedKernels kernels = new(isAvailable: true);
        QuantProduct plain = QuantProducts.For(TensorType.Q4_0, CpuFeatures.For(Isa.Avx512));
        QuantProduct chosen = VnniFamily.ChooseInt8<BlockQ4_0, Q4_0Form, NibblePacker<BlockQ4_0, Avx512Rows, Vector512<uint>>>(
            kernels, () => throw new ExecutableMemoryException());
        Assert.IsType(plain.GetType(), chosen);

        // A kernel that a static field holds fails in the field's type.
        Assert.False(kernels.Accepts("in a field", () => throw new TypeInitializationException("T", new ExecutableMemoryException())));
        Assert.Equal(["Q4_0 x int8", "in a field"], kernels.Refused);
        Assert.Throws<InvalidOperationException>(() => kernels.Accepts("a mistake", () => throw new InvalidOperationException()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(25)]
    [InlineData(29)]
    public void BrainKernel_WithOneWrongBit_GivesWayToTheIntrinsicOne(int tokens)
    {
        GeneratedKernels kernels = new(isAvailable: true);
        BrainProduct chosen = BrainProducts.Choose(kernels, right => new WrongBrainProduct(right, tokens));
        Assert.IsType<VectorBrainProduct>(chosen);
        Assert.Equal(["BF16 x bf16"], kernels.Refused);
    }

    [Theory]
    [InlineData(TensorType.F16, (int)TileRows.Brain16)]
    [InlineData(TensorType.BF16, (int)TileRows.Half16)]
    public void FloatTiles_ThatReadAnotherType_AreRefusedByTheProbe(TensorType type, int rows)
    {
        SkipWithoutGeneratedCode();
        FloatProduct plain = FloatProducts.For(type, CpuFeatures.For(Isa.Avx512));
        Assert.False(TileProbe.Agrees(new GeneratedFloatProduct((TileRows)rows, 2, plain, () => true), plain, type));
    }

    [Fact]
    public void FloatTiles_ThatAreRefused_AreNotRun()
    {
        Assert.SkipUnless(CpuFeatures.IsSupported(Isa.Avx512), "this CPU, or the runtime's settings, do not allow AVX-512");
        FloatProduct plain = FloatProducts.For(TensorType.F16, CpuFeatures.For(Isa.Avx512));

        // These tiles read halves as bfloat16, so the bits are those of F16 only where the intrinsic product has done all.
        GeneratedFloatProduct product = new(TileRows.Brain16, 2, plain, () => false);
        Assert.Equal(plain.GroupTokens, product.GroupTokens);
        Assert.True(TileProbe.Agrees(product, plain, TensorType.F16));
    }

    [Fact]
    public void SystemWithoutExecutableMemory_GetsTheIntrinsicProducts()
    {
        Assert.SkipUnless(s_features.Avx512Vnni, "this CPU, or the runtime's settings, have no instructions that code is generated for");
        GeneratedKernels kernels = new(GeneratedCode.CanRun(_ => null));
        Assert.False(kernels.IsAvailable);
        Assert.False(InstructionSets.UsesGeneratedKernels(s_features, kernels));
        CpuFeatures intrinsic = CpuFeatures.For(Isa.Avx512);
        foreach (TensorType type in RandomWeights.BlockTypes)
        {
            foreach (bool exact in (bool[])[false, true])
            {
                QuantProduct expected = QuantProducts.Find(type, intrinsic, kernels, exact)!;
                Assert.IsType(expected.GetType(), QuantProducts.Find(type, s_features, kernels, exact));
            }
        }

        Assert.IsType<VectorBrainProduct>(BrainProducts.For(s_features, kernels));
        Assert.Empty(kernels.Refused);
    }

    private static void SkipWithoutGeneratedCode()
    {
        Assert.SkipUnless(s_features.Avx512Vnni, "this CPU, or the runtime's settings, have no instructions that code is generated for");
        Assert.SkipUnless(GeneratedCode.IsAvailable, "this system does not let a process execute what it wrote");
    }
}

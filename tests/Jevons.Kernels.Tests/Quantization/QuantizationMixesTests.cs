using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Quantization;

public sealed class QuantizationMixesTests
{
    private static readonly MixArchitecture s_llama = new("llama", BlockCount: 32, ExpertCount: 0, HeadCount: 32, HeadCountKv: 8);

    [Fact]
    public void Names_ParseInAnyCaseAndLeadToTheirFileType()
    {
        foreach (QuantizationMix mix in Enum.GetValues<QuantizationMix>())
        {
            Assert.True(QuantizationMixes.TryParse(mix.ToString().ToLowerInvariant(), out QuantizationMix parsed));
            Assert.Equal(mix, parsed);
            Assert.True(Quantize.IsSupported(QuantizationMixes.DefaultType(mix)));
        }

        Assert.True(QuantizationMixes.TryParse("q4_k", out QuantizationMix medium));
        Assert.Equal(QuantizationMix.Q4_K_M, medium);
        Assert.False(QuantizationMixes.TryParse("IQ1_S", out _));
        Assert.False(QuantizationMixes.TryParse("15", out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => QuantizationMixes.DefaultType((QuantizationMix)99));
        (QuantizationMix Mix, int Number)[] numbers =
        [
            (QuantizationMix.F16, 1), (QuantizationMix.Q8_0, 7), (QuantizationMix.Q2_K, 10), (QuantizationMix.Q3_K_M, 12), (QuantizationMix.Q4_K_S, 14),
            (QuantizationMix.Q4_K_M, 15), (QuantizationMix.Q5_K_M, 17), (QuantizationMix.Q6_K, 18), (QuantizationMix.IQ4_NL, 25), (QuantizationMix.IQ4_XS, 30),
            (QuantizationMix.BF16, 32), (QuantizationMix.MXFP4_MOE, 38),
        ];
        Assert.All(numbers, n => Assert.Equal(n.Number, (int)n.Mix));
    }

    [Fact]
    public void Choose_Q4KM_FavoursTheFirstTheLastAndEveryThirdLayer()
    {
        MixArchitecture qwen = new("qwen2", BlockCount: 28, ExpertCount: 0, HeadCount: 12, HeadCountKv: 2);
        Dictionary<string, TensorType> types = Choose(QuantizationMix.Q4_K_M, qwen, Dense(28, 1536));
        int[] favoured = [0, 1, 2, 5, 8, 11, 14, 17, 20, 23, 24, 25, 26, 27];
        for (int layer = 0; layer < 28; layer++)
        {
            TensorType want = favoured.Contains(layer) ? TensorType.Q6_K : TensorType.Q4_K;
            Assert.Equal(want, types[$"blk.{layer}.attn_v.weight"]);
            Assert.Equal(want, types[$"blk.{layer}.ffn_down.weight"]);
            Assert.Equal(TensorType.Q4_K, types[$"blk.{layer}.attn_output.weight"]);
            Assert.Equal(TensorType.Q4_K, types[$"blk.{layer}.ffn_up.weight"]);
            Assert.Equal(TensorType.F32, types[$"blk.{layer}.attn_norm.weight"]);
            Assert.Equal(TensorType.F32, types[$"blk.{layer}.attn_q.bias"]);
        }

        Assert.Equal(TensorType.Q6_K, types["output.weight"]);
        Assert.Equal(TensorType.Q4_K, types["token_embd.weight"]);
    }

    [Fact]
    public void Choose_GivesTheSameTypesInAnyOrderOfTensors()
    {
        List<MixTensor> tensors = Dense(32, 4096);
        foreach (QuantizationMix mix in Enum.GetValues<QuantizationMix>())
        {
            Dictionary<string, TensorType> forward = Choose(mix, s_llama, tensors);
            Dictionary<string, TensorType> backward = Choose(mix, s_llama, [.. Enumerable.Reverse(tensors)]);
            Assert.All(forward, p => Assert.Equal(p.Value, backward[p.Key]));
        }
    }

    [Theory]
    [InlineData(QuantizationMix.Q4_K_S, "attn_v", 4, TensorType.Q5_K, TensorType.Q4_K)]
    [InlineData(QuantizationMix.Q4_K_S, "ffn_down", 4, TensorType.Q5_K, TensorType.Q4_K)]
    [InlineData(QuantizationMix.Q5_K_S, "attn_v", 0, TensorType.Q5_K, TensorType.Q5_K)]
    [InlineData(QuantizationMix.Q3_K_S, "attn_output", 0, TensorType.Q3_K, TensorType.Q3_K)]
    [InlineData(QuantizationMix.Q3_K_M, "attn_v", 2, TensorType.Q5_K, TensorType.Q4_K)]
    [InlineData(QuantizationMix.Q3_K_M, "attn_output", 0, TensorType.Q4_K, TensorType.Q4_K)]
    [InlineData(QuantizationMix.Q3_K_M, "ffn_down", 2, TensorType.Q5_K, TensorType.Q4_K)]
    [InlineData(QuantizationMix.Q3_K_L, "attn_v", 0, TensorType.Q5_K, TensorType.Q5_K)]
    [InlineData(QuantizationMix.Q3_K_L, "ffn_down", 0, TensorType.Q5_K, TensorType.Q5_K)]
    [InlineData(QuantizationMix.Q2_K, "attn_v", 0, TensorType.Q4_K, TensorType.Q4_K)]
    [InlineData(QuantizationMix.Q2_K, "attn_output", 0, TensorType.Q3_K, TensorType.Q3_K)]
    [InlineData(QuantizationMix.Q2_K, "ffn_down", 0, TensorType.Q3_K, TensorType.Q3_K)]
    [InlineData(QuantizationMix.Q2_K_S, "attn_v", 0, TensorType.Q4_K, TensorType.Q4_K)]
    [InlineData(QuantizationMix.Q2_K_S, "ffn_down", 4, TensorType.Q4_K, TensorType.Q2_K)]
    [InlineData(QuantizationMix.IQ4_XS, "attn_v", 0, TensorType.Q5_K, TensorType.Q5_K)]
    [InlineData(QuantizationMix.IQ4_NL, "ffn_down", 4, TensorType.Q5_K, TensorType.IQ4_NL)]
    [InlineData(QuantizationMix.Q6_K, "attn_v", 0, TensorType.Q6_K, TensorType.Q6_K)]
    [InlineData(QuantizationMix.Q4_0, "ffn_down", 0, TensorType.Q4_0, TensorType.Q4_0)]
    public void Choose_ByRole_SwitchesAtTheLayerOfTheRule(QuantizationMix mix, string role, int until, TensorType first, TensorType later)
    {
        Dictionary<string, TensorType> types = Choose(mix, s_llama, Dense(32, 4096));
        for (int layer = 0; layer < 32; layer++)
        {
            Assert.Equal(layer < until ? first : later, types[$"blk.{layer}.{role}.weight"]);
        }

        Assert.Equal(TensorType.Q6_K, types["output.weight"]);
    }

    [Fact]
    public void Choose_WithoutOutput_TheEmbeddingIsTheOutput()
    {
        List<MixTensor> tied = [.. Dense(4, 1024).Where(t => t.Name != "output.weight")];
        Assert.Equal(TensorType.Q6_K, Choose(QuantizationMix.Q4_K_M, s_llama, tied)["token_embd.weight"]);
        Assert.Equal(TensorType.Q8_0, Choose(QuantizationMix.Q8_0, s_llama, tied)["token_embd.weight"]);
        Assert.Equal(TensorType.F16, Choose(QuantizationMix.F16, s_llama, tied)["token_embd.weight"]);
    }

    [Theory]
    [InlineData(QuantizationMix.Q2_K, TensorType.Q4_0)]
    [InlineData(QuantizationMix.Q3_K_S, TensorType.Q4_0)]
    [InlineData(QuantizationMix.Q4_K_M, TensorType.Q5_0)]
    [InlineData(QuantizationMix.Q5_K_M, TensorType.Q5_1)]
    [InlineData(QuantizationMix.Q6_K, TensorType.Q8_0)]
    [InlineData(QuantizationMix.IQ4_XS, TensorType.IQ4_NL)]
    [InlineData(QuantizationMix.Q4_0, TensorType.Q4_0)]
    public void Choose_RowsThatAreNoMultipleOfTheBlock_FallBack(QuantizationMix mix, TensorType narrower)
    {
        MixTensor[] tensors =
        [
            new("output.weight", [288, 100], TensorType.F32), new("blk.9.attn_q.weight", [288, 288], TensorType.F32), new("blk.9.attn_k_b.weight", [40, 4, 4], TensorType.F32),
        ];
        Assert.Equal([TensorType.Q8_0, narrower, TensorType.F16], QuantizationMixes.Choose(mix, s_llama, tensors));
    }

    [Fact]
    public void Choose_ExpertLayers_CountByLayerNumber()
    {
        // Three dense layers, then experts and shared experts: counting tensors would count each expert layer twice.
        MixArchitecture deepseek = new("deepseek2", BlockCount: 16, ExpertCount: 64, HeadCount: 16, HeadCountKv: 1);
        List<MixTensor> tensors = [new("output.weight", [512, 1000], TensorType.F32)];
        for (int layer = 0; layer < 16; layer++)
        {
            string[] names = layer < 3 ? ["ffn_down"] : ["ffn_down_exps", "ffn_down_shexp"];
            tensors.AddRange(names.Select(n => new MixTensor($"blk.{layer}.{n}.weight", n == "ffn_down_exps" ? [256, 512, 64] : [256, 512], TensorType.F32)));
            tensors.Add(new MixTensor($"blk.{layer}.attn_v_b.weight", [512, 128, 16], TensorType.F32));
            tensors.Add(new MixTensor($"blk.{layer}.ffn_gate_inp.weight", [512, 64], TensorType.F32));
            tensors.Add(new MixTensor($"blk.{layer}.exp_probs_b.bias", [64], TensorType.F32));
        }

        Dictionary<string, TensorType> types = Choose(QuantizationMix.Q4_K_M, deepseek, tensors);
        int[] favoured = [0, 1, 4, 7, 10, 13, 14, 15];
        for (int layer = 3; layer < 16; layer++)
        {
            TensorType want = favoured.Contains(layer) ? TensorType.Q6_K : TensorType.Q4_K;
            Assert.Equal(want, types[$"blk.{layer}.ffn_down_exps.weight"]);
            Assert.Equal(want, types[$"blk.{layer}.ffn_down_shexp.weight"]);
            Assert.Equal(TensorType.Q4_K, types[$"blk.{layer}.attn_v_b.weight"]);
            Assert.Equal(TensorType.F32, types[$"blk.{layer}.ffn_gate_inp.weight"]);
            Assert.Equal(TensorType.F32, types[$"blk.{layer}.exp_probs_b.bias"]);
        }

        types = Choose(QuantizationMix.MXFP4_MOE, deepseek, tensors);
        Assert.Equal(TensorType.MXFP4, types["blk.5.ffn_down_exps.weight"]);
        Assert.Equal(TensorType.Q8_0, types["blk.5.ffn_down_shexp.weight"]);
        Assert.Equal(TensorType.Q8_0, types["output.weight"]);
    }

    [Fact]
    public void Choose_EightExperts_KeepsAttentionFiner()
    {
        MixArchitecture mixtral = new("llama", BlockCount: 32, ExpertCount: 8, HeadCount: 32, HeadCountKv: 8);
        foreach ((QuantizationMix mix, TensorType output) in ((QuantizationMix, TensorType)[])
            [(QuantizationMix.Q4_K_M, TensorType.Q5_K), (QuantizationMix.Q3_K_L, TensorType.Q3_K), (QuantizationMix.Q5_K_M, TensorType.Q5_K)])
        {
            Dictionary<string, TensorType> types = Choose(mix, mixtral, Dense(32, 4096));
            Assert.Equal(TensorType.Q8_0, types["blk.9.attn_v.weight"]);
            Assert.Equal(TensorType.Q8_0, types["blk.9.attn_k.weight"]);
            Assert.Equal(output, types["blk.9.attn_output.weight"]);
        }
    }

    [Fact]
    public void Choose_EightyLayers_KeepsValuesFiner()
    {
        MixArchitecture large = new("llama", BlockCount: 80, ExpertCount: 0, HeadCount: 64, HeadCountKv: 8);
        Assert.Equal(TensorType.Q5_K, Choose(QuantizationMix.Q4_K_M, large, Dense(80, 512))["blk.10.attn_v.weight"]);
        Assert.Equal(TensorType.Q6_K, Choose(QuantizationMix.Q4_K_M, large, Dense(80, 512))["blk.0.attn_v.weight"]);
        MixArchitecture ungrouped = large with { HeadCountKv = 64 };
        Assert.Equal(TensorType.Q4_K, Choose(QuantizationMix.Q4_K_M, ungrouped, Dense(80, 512))["blk.10.attn_v.weight"]);
    }

    [Fact]
    public void Choose_FewerThanTwoDimensions_KeepTheirType()
    {
        MixTensor[] tensors = [new("rope_freqs.weight", [64], TensorType.F32), new("blk.0.scale.weight", [64, 1, 1], TensorType.BF16), new("blk.0.table", [64, 64], TensorType.F16)];
        Assert.Equal([TensorType.F32, TensorType.BF16, TensorType.F16], QuantizationMixes.Choose(QuantizationMix.Q8_0, s_llama, tensors));
    }

    private static List<MixTensor> Dense(int layers, int width)
    {
        List<MixTensor> tensors = [new("token_embd.weight", [width, 1000], TensorType.F32), new("output.weight", [width, 1000], TensorType.F32), new("output_norm.weight", [width], TensorType.F32)];
        string[] matrices = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];
        for (int layer = 0; layer < layers; layer++)
        {
            tensors.AddRange(matrices.Select(m => new MixTensor($"blk.{layer}.{m}.weight", [width, width], TensorType.F32)));
            tensors.Add(new MixTensor($"blk.{layer}.attn_norm.weight", [width], TensorType.F32));
            tensors.Add(new MixTensor($"blk.{layer}.attn_q.bias", [width], TensorType.F32));
        }

        return tensors;
    }

    private static Dictionary<string, TensorType> Choose(QuantizationMix mix, MixArchitecture architecture, IReadOnlyList<MixTensor> tensors) =>
        tensors.Zip(QuantizationMixes.Choose(mix, architecture, tensors)).ToDictionary(p => p.First.Name, p => p.Second, StringComparer.Ordinal);
}

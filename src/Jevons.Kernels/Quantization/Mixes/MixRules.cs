using Jevons.Numerics;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// The rules of one mix while it walks through a model's tensors: which layers get more bits depends on how many matrices of
/// the same role came before.
/// </summary>
internal sealed class MixRules
{
    private readonly QuantizationMix _mix;
    private readonly MixArchitecture _architecture;
    private readonly TensorType _default;
    private readonly int _valueCount;
    private readonly bool _hasOutput;
    private int _valuesSeen;
    private int _downsSeen;

    public MixRules(QuantizationMix mix, MixArchitecture architecture, IReadOnlyList<MixTensor> tensors)
    {
        _mix = mix;
        _architecture = architecture;
        _default = QuantizationMixes.DefaultType(mix);
        _valueCount = tensors.Count(t => TensorRoles.Of(t.Name) == TensorRole.Value);
        _hasOutput = tensors.Any(t => TensorRoles.Of(t.Name) == TensorRole.Output);
    }

    private bool IsFewExperts => _architecture.ExpertCount == 8;

    /// <summary>The type of the next tensor, in order of layers and names.</summary>
    /// <param name="tensor">A tensor that is quantised.</param>
    /// <returns>A type whose blocks divide its rows.</returns>
    public TensorType Next(MixTensor tensor)
    {
        if (!TensorTypes.IsQuantized(_default))
        {
            return _default;
        }

        long row = tensor.Shape[0];
        TensorRole role = TensorRoles.Of(tensor.Name);
        TensorType type = role switch
        {
            TensorRole.Output => Output(row),
            TensorRole.TokenEmbedding when !_hasOutput => Output(row),
            _ when _mix == QuantizationMix.MXFP4_MOE => tensor.Rank >= 3 ? TensorType.MXFP4 : TensorType.Q8_0,
            TensorRole.Value => Value(_valuesSeen++),
            TensorRole.Key when IsFewExperts => TensorType.Q8_0,
            TensorRole.AttentionOutput => AttentionOutput(),
            TensorRole.FeedForwardDown => Down(_architecture.ExpertCount > 1 ? TensorRoles.Layer(tensor.Name) : _downsSeen++),
            _ => _default,
        };
        return Fit(type, row);
    }

    // The first and last eighth of the layers and every third between them.
    private static bool IsFavoured(int index, int count) =>
        index < count / 8 || index >= 7 * count / 8 || (index - (count / 8)) % 3 == 2;

    // A row must be a whole number of blocks: 256 falls back to a type of 32, and 32 to half precision.
    private static TensorType Fit(TensorType type, long row)
    {
        if (row % TensorTypes.BlockLength(type) == 0)
        {
            return type;
        }

        TensorType narrower = type switch
        {
            TensorType.Q2_K or TensorType.Q3_K => TensorType.Q4_0,
            TensorType.Q4_K => TensorType.Q5_0,
            TensorType.Q5_K => TensorType.Q5_1,
            TensorType.Q6_K => TensorType.Q8_0,
            TensorType.IQ4_XS => TensorType.IQ4_NL,
            _ => TensorType.F16,
        };
        return row % TensorTypes.BlockLength(narrower) == 0 ? narrower : TensorType.F16;
    }

    private TensorType Output(long row)
    {
        bool eight = _mix is QuantizationMix.Q8_0 or QuantizationMix.MXFP4_MOE || row % TensorTypes.BlockLength(_default) != 0;
        return eight ? TensorType.Q8_0 : TensorType.Q6_K;
    }

    private TensorType Value(int index)
    {
        if (IsFewExperts)
        {
            return TensorType.Q8_0;
        }

        TensorType type = _mix switch
        {
            QuantizationMix.Q4_K_M or QuantizationMix.Q5_K_M when IsFavoured(index, _valueCount) => TensorType.Q6_K,
            QuantizationMix.Q4_K_S when index < 4 => TensorType.Q5_K,
            QuantizationMix.Q3_K_M => index < 2 ? TensorType.Q5_K : TensorType.Q4_K,
            QuantizationMix.Q3_K_L => TensorType.Q5_K,
            QuantizationMix.Q2_K => _architecture.HeadsPerValue >= 4 ? TensorType.Q4_K : TensorType.Q3_K,
            QuantizationMix.Q2_K_S when _architecture.HeadsPerValue >= 4 => TensorType.Q4_K,
            QuantizationMix.IQ4_NL or QuantizationMix.IQ4_XS when _architecture.HeadsPerValue >= 4 => TensorType.Q5_K,
            _ => _default,
        };
        return _architecture.IsEightyLayers && type is (TensorType.Q3_K or TensorType.Q4_K) ? TensorType.Q5_K : type;
    }

    private TensorType AttentionOutput() => _mix switch
    {
        QuantizationMix.Q2_K or QuantizationMix.Q3_K_S or QuantizationMix.Q3_K_M or QuantizationMix.Q4_K_S or QuantizationMix.Q4_K_M
            or QuantizationMix.IQ4_NL or QuantizationMix.IQ4_XS when IsFewExperts => TensorType.Q5_K,
        _ when IsFewExperts => _default,
        QuantizationMix.Q2_K => TensorType.Q3_K,
        QuantizationMix.Q3_K_M => TensorType.Q4_K,
        QuantizationMix.Q3_K_L => TensorType.Q5_K,
        _ => _default,
    };

    private TensorType Down(int index)
    {
        int layers = _architecture.BlockCount;
        return _mix switch
        {
            QuantizationMix.Q4_K_M or QuantizationMix.Q5_K_M when IsFavoured(index, layers) => TensorType.Q6_K,
            QuantizationMix.Q4_K_S or QuantizationMix.IQ4_NL or QuantizationMix.IQ4_XS when index < layers / 8 => TensorType.Q5_K,
            QuantizationMix.Q3_K_M => index < layers / 16 ? TensorType.Q5_K : TensorType.Q4_K,
            QuantizationMix.Q3_K_L => TensorType.Q5_K,
            QuantizationMix.Q2_K => TensorType.Q3_K,
            QuantizationMix.Q2_K_S when index < layers / 8 => TensorType.Q4_K,
            _ => _default,
        };
    }
}

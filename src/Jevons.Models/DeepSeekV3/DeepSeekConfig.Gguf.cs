using Jevons.Formats;
using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>From the GGUF metadata of deepseek2, in its old layout (attn_kv_b) and its new one (attn_k_b, attn_v_b).</summary>
public sealed partial record DeepSeekConfig
{
    /// <summary>Reads GGUF metadata of architecture deepseek2.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">A value is missing, of the wrong type or not supported.</exception>
    public static DeepSeekConfig FromGguf(GgufFile file)
    {
        GgufMetadata metadata = file.Metadata;
        string a = metadata.GetString("general.architecture");
        int drafts = metadata.GetInt32OrNull(a + ".nextn_predict_layers") ?? 0;
        int context = metadata.GetInt32(a + ".context_length");
        int headDim = metadata.GetInt32OrNull(a + ".attention.key_length_mla") ?? metadata.GetInt32(a + ".attention.key_length");
        int qRank = metadata.GetInt32OrNull(a + ".attention.q_lora_rank") ?? 0;
        int experts = metadata.GetInt32OrNull(a + ".expert_count") ?? 0;
        RouterScoring scoring = Scoring(metadata, a);
        (int groups, int keptGroups) = Groups(metadata, a, experts, scoring);
        double scale = metadata.GetDoubleOrNull(a + ".expert_weights_scale") ?? 1;

        // GGUF stores 0.1 * mscale_all_dim; mscale itself is not stored and equals it, so cos and sin keep their size.
        double allDim = (metadata.GetDoubleOrNull(a + ".rope.scaling.yarn_log_multiplier") ?? 0) / 0.1;
        RopeConfig rope = GgufRope.Read(file, a, metadata.GetInt32(a + ".rope.dimension_count"), context) with
        {
            AttentionFactor = 1,
            MagnitudeMultiplier = 1,
        };
        return new DeepSeekConfig
        {
            Architecture = a,
            VocabSize = GgufVocabulary.Size(file, a),
            HiddenSize = metadata.GetInt32(a + ".embedding_length"),
            NumLayers = metadata.GetInt32(a + ".block_count") - drafts,
            NumHeads = metadata.GetInt32(a + ".attention.head_count"),
            IntermediateSize = metadata.GetInt32(a + ".feed_forward_length"),
            ContextLength = context,
            RmsNormEps = metadata.GetSingle(a + ".attention.layer_norm_rms_epsilon"),
            QLoraRank = qRank == 0 ? null : qRank,
            KvLoraRank = metadata.GetInt32(a + ".attention.kv_lora_rank"),
            QkNopeHeadDim = headDim - rope.Dim,
            QkRopeHeadDim = rope.Dim,
            VHeadDim = metadata.GetInt32OrNull(a + ".attention.value_length_mla") ?? metadata.GetInt32(a + ".attention.value_length"),
            FirstKDenseReplace = metadata.GetInt32OrNull(a + ".leading_dense_block_count") ?? 0,
            MoeLayerFreq = 1,
            MoeIntermediateSize = metadata.GetInt32OrNull(a + ".expert_feed_forward_length") ?? 0,
            NumRoutedExperts = experts,
            NumSharedExperts = metadata.GetInt32OrNull(a + ".expert_shared_count") ?? 0,
            Router = new RouterShape(
                experts,
                metadata.GetInt32OrNull(a + ".expert_used_count") ?? 0,
                groups,
                keptGroups,
                scoring,
                metadata.GetBoolOrNull(a + ".expert_weights_norm") ?? false,
                (float)(scale == 0 ? 1 : scale)),
            Rope = rope,
            RopeLayout = RopeLayout.Interleaved,
            SoftmaxScale = ScaleOf(headDim, rope.Factor, rope.Scaling == RopeScaling.Yarn ? allDim : 0),
            NumDraftLayers = drafts,
            TieWordEmbeddings = !file.Contains("output.weight"),
        }.Checked(metadata.File);
    }

    private static RouterScoring Scoring(GgufMetadata metadata, string a) => metadata.GetInt32OrNull(a + ".expert_gating_func") switch
    {
        null or 0 or 1 => RouterScoring.Softmax,
        2 => RouterScoring.Sigmoid,
        int other => throw new InvalidDataException(
            $"{metadata.File}: key {a}.expert_gating_func is {other}, expected 1 (softmax) or 2 (sigmoid)"),
    };

    // Files made before the group keys existed lack them: V3 and R1 (256 experts, sigmoid) keep 4 groups of 8, V2 (160
    // experts, softmax) 3 of 8, as their config.json says; the model's definition wins over runtimes that ignore groups.
    private static (int Groups, int Kept) Groups(GgufMetadata metadata, string a, int experts, RouterScoring scoring)
    {
        int? groups = metadata.GetInt32OrNull(a + ".expert_group_count");
        int? kept = metadata.GetInt32OrNull(a + ".expert_group_used_count");
        return groups is > 0
            ? (groups.Value, kept is > 0 ? kept.Value : groups.Value)
            : (experts, scoring) switch
            {
                (256, RouterScoring.Sigmoid) => (8, 4),
                (160, RouterScoring.Softmax) => (8, 3),
                _ => (1, 1),
            };
    }
}

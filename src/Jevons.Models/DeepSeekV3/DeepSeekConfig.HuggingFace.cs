using Jevons.Formats;
using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>From the config.json of deepseek_v2 and deepseek_v3.</summary>
public sealed partial record DeepSeekConfig
{
    /// <summary>Reads a config.json of model_type deepseek_v2 or deepseek_v3.</summary>
    /// <param name="config">The file.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">A value is missing, of the wrong type or not supported.</exception>
    public static DeepSeekConfig FromHuggingFace(ConfigJson config)
    {
        bool v3 = config.GetString("model_type") == "deepseek_v3";
        if ((config.GetStringOrNull("hidden_act") ?? "silu") != "silu")
        {
            throw config.Wrong("hidden_act", "silu");
        }

        int nope = config.GetInt("qk_nope_head_dim");
        int ropeDim = config.GetInt("qk_rope_head_dim");
        RopeConfig rope = HuggingFaceRope.Read(config, ropeDim);
        string scoring = config.GetStringOrNull("scoring_func") ?? (v3 ? "sigmoid" : "softmax");
        string method = config.GetStringOrNull("topk_method") ?? (v3 ? "noaux_tc" : "greedy");
        int experts = config.GetIntOrNull("n_routed_experts") ?? 0;
        bool grouped = method is "noaux_tc" or "group_limited_greedy";
        int groups = grouped ? config.GetIntOrNull("n_group") ?? 1 : 1;
        return new DeepSeekConfig
        {
            Architecture = "deepseek2",
            VocabSize = config.GetInt("vocab_size"),
            HiddenSize = config.GetInt("hidden_size"),
            NumLayers = config.GetInt("num_hidden_layers"),
            NumHeads = config.GetInt("num_attention_heads"),
            IntermediateSize = config.GetInt("intermediate_size"),
            ContextLength = config.GetInt("max_position_embeddings"),
            RmsNormEps = (float)(config.GetDoubleOrNull("rms_norm_eps") ?? 1e-6),
            QLoraRank = config.GetIntOrNull("q_lora_rank"),
            KvLoraRank = config.GetInt("kv_lora_rank"),
            QkNopeHeadDim = nope,
            QkRopeHeadDim = ropeDim,
            VHeadDim = config.GetInt("v_head_dim"),
            FirstKDenseReplace = config.GetIntOrNull("first_k_dense_replace") ?? 0,
            MoeLayerFreq = config.GetIntOrNull("moe_layer_freq") ?? 1,
            MoeIntermediateSize = config.GetIntOrNull("moe_intermediate_size") ?? 0,
            NumRoutedExperts = experts,
            NumSharedExperts = config.GetIntOrNull("n_shared_experts") ?? 0,
            Router = new RouterShape(
                experts,
                config.GetIntOrNull("num_experts_per_tok") ?? 0,
                groups,
                grouped ? config.GetIntOrNull("topk_group") ?? groups : 1,
                scoring switch
                {
                    "sigmoid" => RouterScoring.Sigmoid,
                    "softmax" => RouterScoring.Softmax,
                    _ => throw config.Wrong("scoring_func", "sigmoid or softmax"),
                },
                config.GetBoolOrNull("norm_topk_prob") ?? v3,
                (float)(config.GetDoubleOrNull("routed_scaling_factor") ?? 1)),
            Rope = rope,
            RopeLayout = config.GetBoolOrNull("rope_interleave") == false ? RopeLayout.Half : RopeLayout.Interleaved,
            SoftmaxScale = ScaleOf(nope + ropeDim, rope.Factor, rope.Scaling == RopeScaling.None ? 0 : rope.MscaleAllDim ?? 0),
            NumDraftLayers = config.GetIntOrNull("num_nextn_predict_layers") ?? 0,
            TieWordEmbeddings = config.GetBoolOrNull("tie_word_embeddings") ?? false,
        }.Checked(config.File);
    }

    // (nope + rope)^(-1/2) * g(factor, mscale_all_dim)^2, in double.
    private static float ScaleOf(int headDim, double factor, double mscaleAllDim)
    {
        double g = mscaleAllDim == 0 ? 1 : RopeTable.YarnMscale(factor, mscaleAllDim);
        return (float)(g * g / Math.Sqrt(headDim));
    }

    private DeepSeekConfig Checked(string file)
    {
        CheckCommon(file);
        ConfigChecks.Positive(file, "kv_lora_rank", KvLoraRank);
        ConfigChecks.Positive(file, "qk_nope_head_dim", QkNopeHeadDim);
        ConfigChecks.Positive(file, "qk_rope_head_dim", QkRopeHeadDim);
        ConfigChecks.Positive(file, "v_head_dim", VHeadDim);
        ConfigChecks.Positive(file, "heads times key dimension", (long)NumHeads * ((long)QkNopeHeadDim + QkRopeHeadDim));
        ConfigChecks.Positive(file, "heads times key and value dimension", (long)NumHeads * ((long)QkNopeHeadDim + VHeadDim));
        ConfigChecks.Rope(file, Rope);
        ConfigChecks.Require(float.IsFinite(SoftmaxScale) && float.IsFinite(Router.RoutedScalingFactor), file, "a scale of attention or routing is not finite");
        ConfigChecks.Require(QkRopeHeadDim % 2 == 0, file, $"qk_rope_head_dim is {QkRopeHeadDim}, expected an even number");
        ConfigChecks.Require(Rope.Dim == QkRopeHeadDim, file, $"{Rope.Dim} rotated dimensions, expected qk_rope_head_dim {QkRopeHeadDim}");
        ConfigChecks.Require(QLoraRank is null or > 0, file, $"q_lora_rank is {QLoraRank}, expected a positive number or null");
        ConfigChecks.Require(NumDraftLayers is >= 0 and <= 64, file, $"{NumDraftLayers} multi-token-prediction layers, expected 0 to 64");
        ConfigChecks.Require(MoeLayerFreq > 0, file, $"moe_layer_freq is {MoeLayerFreq}, expected at least 1");
        ConfigChecks.Require(NumRoutedExperts is >= 0 and <= 65536, file, $"{NumRoutedExperts} experts, expected at most 65536");
        if (NumRoutedExperts > 0)
        {
            ConfigChecks.Positive(file, "moe_intermediate_size", MoeIntermediateSize);
            ConfigChecks.Require(NumSharedExperts is >= 0 and <= 1024, file, $"{NumSharedExperts} shared experts, expected 0 to 1024");
            ConfigChecks.Require(
                Router.NumGroups > 0 && NumRoutedExperts % Router.NumGroups == 0, file, $"{NumRoutedExperts} experts in {Router.NumGroups} groups");
            ConfigChecks.Require(
                Router.TopKGroups > 0 && Router.TopKGroups <= Router.NumGroups, file, $"{Router.TopKGroups} groups of {Router.NumGroups} are to be kept");
            ConfigChecks.Require(
                Router.TopK > 0 && Router.TopK <= NumRoutedExperts / Router.NumGroups * Router.TopKGroups,
                file,
                $"{Router.TopK} experts a token of {NumRoutedExperts} in {Router.TopKGroups} of {Router.NumGroups} groups");
        }

        return this;
    }
}

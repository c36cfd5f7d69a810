using System.Text;
using Jevons.Formats;

namespace Jevons.Models;

/// <summary>Shapes of known models by name, for models of random weights: speed does not depend on values.</summary>
public static class ModelShapes
{
    private const string DeepSeekV3 = """
        "model_type":"deepseek_v3","moe_layer_freq":1,"hidden_act":"silu","rms_norm_eps":1e-6,"rope_theta":10000,
        "tie_word_embeddings":false,"kv_lora_rank":512,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,
        "topk_method":"noaux_tc","norm_topk_prob":true,"scoring_func":"sigmoid","routed_scaling_factor":2.5,
        "max_position_embeddings":163840,"rope_scaling":{"type":"yarn","factor":40,"original_max_position_embeddings":4096,
        "beta_fast":32,"beta_slow":1,"mscale":1.0,"mscale_all_dim":1.0}
        """;

    // The values of each model's own config.json; deepseek-v3-small and -layer are DeepSeek-V3's with fewer and narrower layers.
    private static readonly (string Name, string Config)[] s_shapes =
    [
        ("r1-distill-qwen-1.5b", """
            {"model_type":"qwen2","hidden_size":1536,"intermediate_size":8960,"num_hidden_layers":28,"num_attention_heads":12,
            "num_key_value_heads":2,"vocab_size":151936,"rms_norm_eps":1e-6,"rope_theta":10000,"max_position_embeddings":131072,
            "tie_word_embeddings":false}
            """),
        ("r1-distill-qwen-7b", """
            {"model_type":"qwen2","hidden_size":3584,"intermediate_size":18944,"num_hidden_layers":28,"num_attention_heads":28,
            "num_key_value_heads":4,"vocab_size":152064,"rms_norm_eps":1e-6,"rope_theta":10000,"max_position_embeddings":131072,
            "tie_word_embeddings":false}
            """),
        ("r1-distill-llama-8b", """
            {"model_type":"llama","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,
            "num_key_value_heads":8,"vocab_size":128256,"rms_norm_eps":1e-5,"rope_theta":500000,"max_position_embeddings":131072,
            "tie_word_embeddings":false}
            """),
        ("r1-0528-qwen3-8b", """
            {"model_type":"qwen3","hidden_size":4096,"intermediate_size":12288,"num_hidden_layers":36,"num_attention_heads":32,
            "num_key_value_heads":8,"head_dim":128,"vocab_size":151936,"rms_norm_eps":1e-6,"rope_theta":1000000,
            "max_position_embeddings":131072,"tie_word_embeddings":false}
            """),
        ("smollm2-135m", """
            {"model_type":"llama","hidden_size":576,"intermediate_size":1536,"num_hidden_layers":30,"num_attention_heads":9,
            "num_key_value_heads":3,"vocab_size":49152,"rms_norm_eps":1e-5,"rope_theta":100000,"max_position_embeddings":8192,
            "tie_word_embeddings":true}
            """),
        ("deepseek-v3-small", "{" + DeepSeekV3 + """
            ,"hidden_size":1024,"intermediate_size":4096,"moe_intermediate_size":512,"num_hidden_layers":13,
            "num_attention_heads":16,"num_key_value_heads":16,"q_lora_rank":768,"n_routed_experts":64,"n_shared_experts":2,
            "num_experts_per_tok":6,"n_group":1,"topk_group":1,"first_k_dense_replace":1,"vocab_size":32768}
            """),
        ("deepseek-v3-layer", "{" + DeepSeekV3 + """
            ,"hidden_size":7168,"intermediate_size":18432,"moe_intermediate_size":2048,"num_hidden_layers":1,
            "num_attention_heads":128,"num_key_value_heads":128,"q_lora_rank":1536,"n_routed_experts":256,"n_shared_experts":1,
            "num_experts_per_tok":8,"n_group":8,"topk_group":4,"first_k_dense_replace":0,"vocab_size":2048}
            """),
    ];

    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => s_shapes.Select(s => s.Name);

    /// <summary>Looks a shape up.</summary>
    /// <param name="name">One of <see cref="Names"/>, in any case.</param>
    /// <returns>The configuration, or null where there is none of this name.</returns>
    public static ModelConfig? Find(string name)
    {
        (string found, string config) = Array.Find(s_shapes, s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));
        return found is null ? null : ModelLoader.ReadConfig(ConfigJson.Parse(Encoding.UTF8.GetBytes(config), found));
    }
}

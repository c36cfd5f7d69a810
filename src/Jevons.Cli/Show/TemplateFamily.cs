namespace Jevons.Cli;

/// <summary>Which family a chat template belongs to, told by the markers that it writes.</summary>
internal static class TemplateFamily
{
    private static readonly (string Marker, string Family)[] s_markers =
    [
        ("<\uFF5CAssistant\uFF5C>", "deepseek"),
        ("<|im_start|>", "chatml"),
        ("<|start_header_id|>", "llama3"),
        ("<start_of_turn>", "gemma"),
        ("<|assistant|>", "zephyr"),
        ("[INST]", "mistral"),
        ("### Instruction", "alpaca"),
    ];

    /// <summary>The family.</summary>
    /// <param name="template">The template's source.</param>
    /// <returns>Its name, "custom" where no marker is known; "thinking" added where the template handles thoughts.</returns>
    public static string Of(string template)
    {
        (string _, string family) = Array.Find(s_markers, m => template.Contains(m.Marker, StringComparison.Ordinal));
        bool thinks = template.Contains("</think>", StringComparison.Ordinal);
        return (family ?? "custom") + (thinks ? ", thinking" : "");
    }
}

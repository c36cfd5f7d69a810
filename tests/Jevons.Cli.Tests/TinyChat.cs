namespace Jevons.Cli.Tests;

/// <summary>A tiny model that can chat: its template marks turns with tokens that it has, and its context is long.</summary>
internal static class TinyChat
{
    private const string Template =
        "{{ bos_token }}{% for m in messages %}{% if m.role == 'assistant' %}b{{ m.content }}b{% else %}c{{ m.content }}c{% endif %}{% endfor %}";

    /// <summary>Writes the model and returns its folder.</summary>
    public static string Write(CliBench bench, int context = 2048)
    {
        string folder = TinyModel.Write(bench, "chat");
        bench.Folder.Write("chat/config.json", TinyModel.Config.Replace(
            "\"max_position_embeddings\": 128", $"\"max_position_embeddings\": {context}", StringComparison.Ordinal));
        bench.Folder.Write("chat/tokenizer_config.json", $$"""{"add_bos_token": true, "bos_token": "<|begin|>", "eos_token": null, "chat_template": "{{Template}}"}""");
        return folder;
    }
}

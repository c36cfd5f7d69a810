using System.Text.Json;
using Jevons.Formats;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>Writes what was trained into a folder that can be run: a whole Hugging Face model, or an adapter as PEFT has it.</summary>
public sealed class ModelWriter
{
    // What makes a folder of weights a model.
    private static readonly string[] s_companions =
    [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "chat_template.jinja",
    ];

    private readonly string _model;
    private readonly ParameterStore _parameters;
    private readonly AdapterSet? _adapters;
    private readonly LoraRecipe? _recipe;

    private ModelWriter(string model, ParameterStore parameters, AdapterSet? adapters, LoraRecipe? recipe)
    {
        _model = model;
        _parameters = parameters;
        _adapters = adapters;
        _recipe = recipe;
    }

    /// <summary>For all weights of a Hugging Face folder.</summary>
    /// <param name="folder">The folder that the model was loaded from.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <returns>The writer.</returns>
    public static ModelWriter ForModel(string folder, ParameterStore parameters) => new(folder, parameters, null, null);

    /// <summary>For an adapter.</summary>
    /// <param name="model">The model that it is for.</param>
    /// <param name="adapters">The adapter's parameters.</param>
    /// <param name="recipe">Its rank, alpha and targets.</param>
    /// <returns>The writer.</returns>
    public static ModelWriter ForAdapter(string model, AdapterSet adapters, LoraRecipe recipe) => new(model, adapters.Parameters, adapters, recipe);

    /// <summary>Writes the files.</summary>
    /// <param name="folder">An existing folder.</param>
    public void Write(string folder)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal) { ["format"] = "pt" };
        if (_adapters is null)
        {
            foreach (string file in s_companions)
            {
                string from = Path.Combine(_model, file);
                if (File.Exists(from))
                {
                    File.Copy(from, Path.Combine(folder, file), overwrite: true);
                }
            }

            SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), ParameterFile.Values(_parameters.All), metadata);
            return;
        }

        SafetensorsWriter.Write(Path.Combine(folder, "adapter_model.safetensors"), ParameterFile.Adapter(_adapters), metadata);
        File.WriteAllBytes(Path.Combine(folder, "adapter_config.json"), AdapterConfig(_model, _recipe!));
    }

    /// <summary>Takes the values of a folder that <see cref="Write"/> wrote.</summary>
    /// <param name="folder">A checkpoint's folder.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or of another shape.</exception>
    public void Restore(string folder)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, _adapters is null ? "model.safetensors" : "adapter_model.safetensors"));
        file.VerifyComplete();
        ParameterFile.Restore(file, _parameters, _adapters);
    }

    private static byte[] AdapterConfig(string model, LoraRecipe recipe)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("peft_type", "LORA");
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteString("base_model_name_or_path", model);
            json.WriteString("bias", "none");
            json.WriteNumber("r", recipe.Rank);
            json.WriteNumber("lora_alpha", recipe.Alpha);
            json.WriteNumber("lora_dropout", 0);
            json.WriteBoolean("use_rslora", recipe.IsRankStabilised);
            json.WriteBoolean("fan_in_fan_out", value: false);
            json.WriteBoolean("inference_mode", value: true);
            json.WriteStartArray("target_modules");
            foreach (string target in recipe.Targets)
            {
                json.WriteStringValue(target);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}

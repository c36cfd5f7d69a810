using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;
using Jevons.Tokenization;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Inference;

/// <summary>
/// A model ready to run: weights read in place from the mapped file, with its tokenizer, chat template and recommended
/// sampling. Immutable and thread-safe; any number of engines may use one. It must outlive them.
/// </summary>
public sealed class Model : IDisposable
{
    private readonly AdapterSet? _adapters;

    private Model(ModelDescription description, LanguageModel network, AdapterSet? adapters, ModelOptions options, CpuFeatures features)
    {
        _adapters = adapters;
        Description = description;
        Network = network;
        IsExact = options.Exact;
        Activations = options.Exact ? ActivationType.Float32 : options.Activations;
        Features = features;
        StopTokens = description.ReadStopTokens();
    }

    /// <summary>What the model's metadata says.</summary>
    public ModelDescription Description { get; }

    /// <summary>The decoder.</summary>
    public LanguageModel Network { get; }

    /// <summary>The configuration.</summary>
    public ModelConfig Config => Network.Config;

    /// <summary>Name as the file gives it.</summary>
    public string Name => Description.Name;

    /// <summary>The tokenizer; null for a model that speaks ids only.</summary>
    public Tokenizer? Tokenizer => Description.Tokenizer;

    /// <summary>The chat template, or null.</summary>
    public ChatTemplate? ChatTemplate => Description.ChatTemplate;

    /// <summary>Recommended sampling and where it comes from.</summary>
    public SamplingDefaults SamplingDefaults => Description.SamplingDefaults;

    /// <summary>The thinking tags; null for a model that has only an answer.</summary>
    public ThinkingTags? ThinkingTags => Description.ThinkingTags;

    /// <summary>True when the model thinks before it answers.</summary>
    public bool IsReasoning => Description.IsReasoning;

    /// <summary>Tokens that end a generation.</summary>
    public StopTokens StopTokens { get; }

    /// <summary>Positions that the model was trained for.</summary>
    public int ContextLength => Config.ContextLength;

    /// <summary>True when it computes in f32 throughout.</summary>
    public bool IsExact { get; }

    /// <summary>What activations are rounded to.</summary>
    public ActivationType Activations { get; }

    /// <summary>The instruction set that its kernels use.</summary>
    public CpuFeatures Features { get; }

    /// <summary>Bytes of the weights, mapped from their files.</summary>
    public long WeightBytes => Description.File.Weights?.TotalFileBytes ?? 0;

    /// <summary>Opens a GGUF file (any shard of a split one) or a Hugging Face folder. Weights are mapped, not copied.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="options">How to load; null for the defaults.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is nothing at that path.</exception>
    /// <exception cref="InvalidDataException">It is damaged, incomplete or not supported; the message says where and what to do.</exception>
    public static Model Load(string path, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        ModelDescription description = ModelDescription.Open(path, options.ChatTemplate);
        try
        {
            CpuFeatures features = options.Features ?? CpuFeatures.Detect();
            ActivationType activations = options.Exact ? ActivationType.Float32 : options.Activations;
            AdapterSet? adapters = options.Adapters.Count == 0 ? null
                : new AdapterSet([.. options.Adapters.Select(a => (LoraAdapter.Open(a.Path), a.Weight))], features, gradients: false);
            return new Model(description, ModelLoader.Load(description.File, features, activations, adapters), adapters, options, features);
        }
        catch
        {
            description.Dispose();
            throw;
        }
    }

    /// <summary>Encodes text that stands for itself (a completion): BOS as the tokenizer says, no control token from the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parseSpecial">True recognises control tokens written in it.</param>
    /// <returns>Token ids.</returns>
    /// <exception cref="InvalidOperationException">The model has no tokenizer.</exception>
    public int[] Encode(string text, bool parseSpecial = false) => RequireTokenizer().Encode(text, parseSpecial);

    /// <summary>Renders a conversation with the chat template and encodes it.</summary>
    /// <param name="turns">The turns, oldest first.</param>
    /// <param name="options">What else the template is told; null for the defaults.</param>
    /// <returns>The prompt.</returns>
    /// <exception cref="InvalidOperationException">The model has no tokenizer or no chat template.</exception>
    /// <exception cref="JinjaException">The template refuses the conversation.</exception>
    public ChatPrompt BuildPrompt(IReadOnlyList<ChatTurn> turns, PromptOptions? options = null) =>
        PromptBuilder.Build(Description, turns, options ?? new PromptOptions());

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapters?.Dispose();
        Description.Dispose();
    }

    private Tokenizer RequireTokenizer() => Tokenizer
        ?? throw new InvalidOperationException($"{Name} has no tokenizer; give token ids, or a model whose file has one");
}

namespace Jevons.Benchmarks;

/// <summary>A model opened by llama.cpp with its own defaults: mapped, weights repacked where it likes to.</summary>
internal sealed unsafe class LlamaModel : IDisposable
{
    private nint _handle;

    /// <summary>Opens a model.</summary>
    /// <param name="path">A GGUF file.</param>
    /// <exception cref="InvalidDataException">llama.cpp refuses it.</exception>
    public LlamaModel(string path)
    {
        ParameterBlock parameters = default;
        LlamaNative.ModelDefaults(&parameters);
        LlamaLibrary.TakeComplaints();
        _handle = LlamaNative.ModelLoad(path, parameters);
        if (_handle == 0)
        {
            throw new InvalidDataException($"{path}: llama.cpp does not open it. {LlamaLibrary.TakeComplaints()}");
        }

        VocabSize = LlamaNative.VocabularySize(LlamaNative.ModelVocabulary(_handle));
    }

    /// <summary>The native model.</summary>
    public nint Handle => _handle;

    /// <summary>Logits of a row.</summary>
    public int VocabSize { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
        {
            LlamaNative.ModelFree(_handle);
            _handle = 0;
        }
    }
}

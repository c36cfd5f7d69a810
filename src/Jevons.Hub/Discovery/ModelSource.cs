namespace Jevons.Hub;

/// <summary>Where a model was found.</summary>
public enum ModelSource
{
    /// <summary>A folder of the user's, such as <c>./models</c>.</summary>
    Folder,

    /// <summary>The model store.</summary>
    Store,

    /// <summary>Ollama's store, read in place.</summary>
    Ollama,

    /// <summary>The Hugging Face cache, read in place.</summary>
    HuggingFace,
}

import Foundation

/// What Martlet adds to JupyterLab: SVG pictures follow the theme of the page rather than that of the system.
///
/// JupyterLab shows SVG as images, which know of the page only the colour scheme that it declares, and it declares
/// none. The extension is one style sheet, in the form in which JupyterLab loads extensions that are built already.
enum LabExtension {
    private struct Package: Encodable {
        struct Lab: Encodable {
            struct Build: Encodable {
                let load = "theme.js"
                let `extension` = "./extension"
            }
            let `extension` = true
            let _build = Build()
        }
        let name = "martlet"
        let version = "1.0.0"
        let description = "SVG pictures follow the theme"
        let jupyterlab = Lab()
    }

    private static let script = """
        (window._JUPYTERLAB ??= {}).martlet = {
          init() {},
          async get() {
            const activate = () => {
              const style = document.createElement("style");
              style.textContent =
                '[data-jp-theme-light="true"] .jp-RenderedSVG img { color-scheme: light }' +
                '[data-jp-theme-light="false"] .jp-RenderedSVG img { color-scheme: dark }';
              document.head.append(style);
            };
            return () => ({ __esModule: true, default: { id: "martlet:theme", autoStart: true, activate } });
          },
        };

        """

    /// Writes the extension into Jupyter's folder of such extensions.
    static func write(to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(Package()).write(to: folder.appending(path: "package.json"), options: .atomic)
        try Data(script.utf8).write(to: folder.appending(path: "theme.js"), options: .atomic)
    }
}

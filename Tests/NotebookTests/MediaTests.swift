import Foundation
import Notebook
import Testing

@Suite struct MediaTests {
    @Test func picturesAreStoredInBase64WithTheirWidth() {
        let bundle = PNG(Data([1, 2, 3]), width: 300).mimeBundle
        #expect(bundle.data == ["image/png": "AQID", "text/plain": "PNG picture of 3 bytes"])
        #expect(bundle.metadata == ["image/png": "{\"width\": 300}"])
        #expect(JPEG(Data([255])).mimeBundle.data["image/jpeg"] == "/w==")
    }

    @Test func jsonComesFromTextLiteralsAndValues() throws {
        #expect(JSON("[1, 2]").mimeBundle.data["application/json"] == "[1, 2]")
        #expect(JSON(["a": [1, nil]]).source == #"{"a":[1,null]}"#)
        #expect(try JSON(of: ["b": 2, "a": 1]).source.contains("\"a\" : 1,\n"))
    }

    @Test func everyKindHasPlainText() {
        for value in [SVG("<svg/>"), HTML("<b>x</b>"), Markdown("*x*"), Latex("$x$"), 3, "text"] as [Any] {
            #expect(!MIMEBundle(showing: value).plainText.isEmpty)
        }
        #expect(MIMEBundle(showing: "a\"b").plainText == "\"a\\\"b\"")
    }

    @Test func escapedTextHasNoMeaningInHTML() {
        #expect(HTML.escaped("<a href=\"x\">&") == "&lt;a href=&quot;x&quot;&gt;&amp;")
    }
}

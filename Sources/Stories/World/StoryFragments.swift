import Foundation

/// Pieces that several plots use: `{>intro h}` in a plot stands for the piece with `*` replaced by `h`.
enum StoryFragments {
    static let all: [String: String] = [
        // Who a child is. May stand before any plot.
        "intro": """
        [|Once upon a time, there was a {*.adj} {*.kind} named {*}. {>life *}|There was once a {*.kind} called {*}. {>life
        *}|{*} was a {*.adj} {*.kind}. {>life *}|In a [small|quiet|busy|pretty] [town|village] by the [sea|river|hills|woods]
        lived a {*.kind} named {*}. {>life *}|Do you know {*}? {*.He} is a {*.adj} {*.kind}, and this is what happened to
        {*.him}.|Long ago, when Grandma was little, there was a {*.adj} {*.kind} named {*}.]
        """,
        "life": """
        [{*.He} lived in a {~housecolor} house with a {~housepart}.|{*.He} lived with {*.his} {~family} in a {~housesize}
        house.|{*.He} {~liked} to {~hobby}.|{*.He} {~liked} to {~hobby} and to {~hobby}.|{*.His} favorite color was
        {~color}, and {*.his} favorite food was {~dinner}.|{*.He} was {~age} years old and not afraid of
        {~bigthing}.|{*.He} always wore {~clothes}.|{*.He} wanted to be a {~job} one day.|Everybody in the street knew
        {*.him}, because {*.he} {~habit}.]
        """,
        // Something small that happens on the way.
        "moment": """
        [||A {~color} {~flyingthing} flew by.|Somewhere, a {~barker}.|The clouds looked like {~cloudshape}.|It smelled of
        {~smell}.|In the distance, a {~sounding}.|The {~skylight} was shining.|A small breeze moved the {~moving}.]
        """,
        // How a story for children ends.
        "close": """
        [||The end.|And that is the end of the story.|And they all lived happily ever after.|That night, {*} slept very
        well and dreamed of {~sweetdream}.|{*} never forgot that day.|When {*} went to bed, {*.he} was still
        smiling.|What a {~goodday} day it was!|And if you meet {*} one day, {*.he} will tell you all about it.|After
        that, {*} ate {~dinner} and went to bed.|{*} drew a picture of it and put it on the wall.|And from then on,
        {*} {~everyday}.]
        """,
    ]

    /// A plot's text with its pieces put in.
    static func expand(_ source: String) -> String {
        var text = source
        // A piece may hold pieces.
        while let start = text.range(of: "{>"), let end = text[start.upperBound...].firstIndex(of: "}") {
            let words = text[start.upperBound..<end].split(whereSeparator: \.isWhitespace).map(String.init)
            let piece = words.first.flatMap { all[$0] } ?? ""
            text.replaceSubrange(
                start.lowerBound...end, with: piece.replacing("*", with: words.count > 1 ? words[1] : ""))
        }
        return text
    }
}

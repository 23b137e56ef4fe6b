extension StoryPlots {
    /// Animals of the forest, the farm and the sea.
    static let animalLife: [String] = [
        """
        name: feeding time
        cast: h child; g grand; x farm named; y farm named; z pet named; t tool
        verbs: feed eat carry count
        summary: {h} helps {g} to feed {x} the {x.kind}, {y} the {y.kind} and {z} the {z.kind} on the farm.
        ---
        {h} visited {g} on the farm. "Will you help me feed the animals?" {~asked} {g}. "Yes!" {~shouted} {h}. {h.He} took a
        {t.full}, and they went out together. {!hold h t}[The sun was just coming up.|The grass was still wet.|A cool wind was
        blowing.] {>moment}

        First they went to {x} the {x.kind}. "What does a {x.kind} eat?" {h} {~asked}. "A {x.kind} eats {?f:x.food}," {~answered}
        {g}. So {h} gave {x} some {x.food}. {x} {?f:x.sound} and [ate it all|was {~happy}|came very close]. Next they came to
        {y} the {y.kind}. "I know this one," said {h}. "{y} likes {?f:y.food}!" "That is right," {~said} {g}. {y} {?f:y.sound}
        [because {y.he} was so hungry|as if to say thank you|and ate out of {h}'s hand].

        But where was {z} the {z.kind}? {h} {~looked} in the barn. {g} {~looked} behind the house. Then they heard something.
        Somebody {?f:z.sound}! {z} was [#z sitting on the roof|stuck in a bucket|hiding behind the milk cans]. [#z {h} helped
        {z.him} down.|{g} lifted {z.him} out.|{h} called softly, and {z.he} came.] {!cause {z} was hungry -> {z} {z.sound}}
        "You can have some {?f:z.food} now," said {h}.

        When all the animals had eaten, {h} was hungry, too. "And what does a {h.kind} eat?" {~asked} {g}. {h} laughed.
        "[Pancakes with honey|Bread with butter|Eggs and toast], please!" So they went inside and ate. "Tomorrow I will do it
        alone," said {h}. "{x} gets {x.food}, {y} gets {?c:y.food}, and {z} gets {?c:z.food}!" {>close h}
        """,
        """
        name: the way home
        cast: a =skyword; x smallbeast wild named; y land wild named; z flyer wild named; p wild outdoor
        verbs: lose ask walk sleep
        summary: {x} the {x.kind} is lost, and {y} and {z} help {x.him} to find the way home.
        ---
        {x} was a {x.adj} {x.kind} who lived in a {?f:x.home}. {~day}, {x.he} went out to find some {?f:x.food}. {x.He} went
        {p.to} and walked on and on. {!go x p}[The food was so good that {x.he} forgot the time.|{x.He} followed a {~color}
        leaf in the wind.|{x.He} sang and did not look where {x.he} went.] When {x.he} looked up, it was getting dark, and
        {x.he} did not know the way. {!cause {x} did not watch the way -> {x} was lost} {>moment}

        "Where is my {?c:x.home}?" {x} {x.sound}. {x.He} was {~scared}. A {y.adj} {y.kind} named {y} came by. "What is the
        matter?" {~asked} {y}. "I am lost," {~answered} {x}. "I live in a {?c:x.home}, but I cannot find it." "[I do not know
        where that is|I have never seen it]," said {y}, "but you are too {~tired} to walk. Sit on my back."

        {y} carried {x} [through the bushes|along the path|over a little stream]. There they met {z} the {z.kind}. "{z}, you
        can {?r:a}," said {y}. "Can you look from above?" {z} went up into the air and looked around. "I see it!"
        {z.he} {~shouted}. "It is [behind the three tall trees|next to the big gray rock|beyond the field of flowers]!"

        So {?c:y} carried {x}, and {?c:z} showed the way. {~soon}, {x} was home. "Thank you, {y}! Thank you, {z}!" {x.he}
        {~said}. {x.He} gave them [the best things that {x.he} had|some berries|a big hug]. {~evening}, {x} lay in {x.his}
        {?c:x.home} and thought of {x.his} new friends. [Tomorrow they would play together.|It was good not to be alone.|The
        stars were shining outside.] {>close x}
        """,
        """
        name: the strong and the small
        cast: s =strongword; t =teethword; f =freeword; x bigbeast named; y gnawer named; p wild outdoor
        verbs: catch bite pull free
        features: MoralValue Twist
        summary: {x} the {x.kind} laughs at {y} the {y.kind}, who later frees {x.him} from a net.
        ---
        {x} the {x.kind} was very big. {y} the {y.kind} was very small. {~day}, they met {p.at}. {!go x p}{!go y p}"[Get out of
        my way|You are as small as a nut|I cannot even see you]!" said {x}. "I may be small," {~said} {y}, "but one
        day I will help you." {x} laughed so loud that the leaves shook. "You? Help me? I am a {?c:x.kind}!"
        {!feature Foreshadowing} {>moment}

        {~later}, {x} went to look for {?f:x.food}. {x.He} did not see the net that lay on the ground. Snap! {x} was caught!
        {!cause {x} did not see the net -> {x} was caught}{x.He} {x.sound} and pulled and kicked, but the ropes were too
        {?r:s}. [The more {x.he} pulled, the tighter it got.|Nobody came to help.|The other animals were too {~scared} to come
        near.]

        {y} heard {x}. [{y.He} ran as fast as {y.his} little legs could carry {y.him}.|{y.He} dropped {y.his} {?f:y.food} and
        came at once.] "Do not move," said {y}. "I will bite through the ropes with my {?r:t}." {y.He} bit and bit, one rope
        after the other. [It took all night.|It took a long time.|{y.His} mouth hurt, but {y.he} did not stop.] At last {x}
        was {?r:f}!

        {x} looked down at {y}. "I laughed at you," {x.he} said, "and you saved me. I am sorry, {?c:y}." "[That is all
        right|It does not matter how big you are|I told you so]," {~said} {y} and {~smiled}. From that day on, {x} carried
        {?c:y} on {x.his} back, and nobody {p.at} laughed at small animals any more. {>close x}
        """,
        """
        name: the greedy one
        cast: r =friendsword; w =twoword; x wild land named; y smallbeast wild named; z bird wild named; f fruit countable; p wild outdoor
        verbs: share eat keep learn
        features: MoralValue Conflict
        summary: {x} the {x.kind} keeps all the {f.kind}s, is alone, and learns to share them.
        ---
        In the middle of {p.the} stood a tree full of {f.full}s. {x} the {x.kind} [sat down under it|found it first|
        had found it in spring]. {!go x p}"These are all mine!" {x.he} said. {y} the {y.kind} came by. {!go y p}"May I have a
        {?c:f}, please?" {y.he} {~asked}. "No!" {~shouted} {x}. {z} the {z.kind} came by. "May I have one?" {~asked} {z}. "No!
        Go away!" {~shouted} {x}. So {y} and {z} went away, and they were {~sad}. {>moment}

        {x} ate one {f}, and then another, and then ten more. [{x.His} tummy began to hurt.|{x.He} ate until {x.he} could not
        move.|{x.He} did not even like them any more.] {!cause {x} ate too much -> {x} felt sick}{x.He} looked around. It was
        very quiet. [Nobody sang.|Nobody told a story.|Nobody asked how {x.he} felt.] "I have all the {f}s in the world," said
        {x}, "but I have no {?r:r}."

        Then it began to rain, and the wind blew hard. The branch above {x} broke! {y} and {z} saw it. "{x}, look out!" they
        {~shouted}, and {x} jumped away just in time. {x} {?f:x.sound} with fear. "You helped me," {x.he} said, "but I did not
        share with you. Why?" "[Because we are kind|Because everybody needs help sometimes|Because we want to be friends],"
        {~said} {?c:y}.

        {x} felt {~sad} and {~happy} at the same time. "Please, come and eat with me," {x.he} {~said}. {x.He} gave a big {?c:f}
        to {y} and the sweetest {f} to {z}. They ate and laughed until the moon came up. And {x} learned that a {f}
        tastes better when there are {?r:w} to eat it. {>close x}
        """,
        """
        name: the helper with the right gift
        cast: s =swimability; d =digability; l =climbability; h child; t treasure; a climber named; b swimmer named; c digger named; p outdoor
        verbs: dive dig climb fetch
        summary: {h}'s {t} falls [#w into the water|under the ground|on top of a tree], and the right animal brings it back.
        ---
        {h} had a {t.full} and three animal friends: {a} the {a.kind}, {b} the {b.kind} and {c} the {c.kind}. {a} could climb,
        {b} could swim, and {c} could dig. {~day}, they all played {p.at}. {!go h p}{!go a p}{!go b p}{!go c p}{h} [threw the
        {t} up and caught it|showed the {t} to everybody|put the {t} on a stone]. {!hold h t} {>moment}

        But [a crow came and took it|then {h} tripped|a gust of wind came], and the {t} [#w fell into deep water|fell into a
        hole in the ground|got stuck at the top of a tree]! {!cause [#w the {t} fell into deep water|the {t} fell into a
        hole|the {t} was on a tree] -> {h} needed an animal that could [#w swim|dig|climb]}"{~ohno}! My {?c:t}!" {~shouted}
        {h}. "Who can get it?" The friends looked at each other. [#w "I can climb, but I cannot swim," said {?c:a}.|"I can
        swim, but I cannot dig," said {?c:b}.|"I can dig, but I cannot climb," said {?c:c}.] Then somebody stepped forward. It
        was [#w {?r:b}|{?r:c}|{?r:a}].

        [#w {b} dived down, down, down.|{c} dug and dug until earth was flying everywhere.|{a} climbed up as quick as a
        flash.] [They waited and held their breath.|For a while they could see nothing.|"Can you see it?" called {h}.] Then [#w
        {b}|{c}|{a}] came back and had the {t} in [#w {b.his}|{c.his}|{a.his}] mouth! {!hold h t}

        "Thank you, [#w {?c:b}|{?c:c}|{?c:a}]!" said {h} and {~smiled}. "You are [my hero|wonderful|so good at this]." "Everyone
        is good at something," {~said} [#w {b}. "I can {?c:s}|{c}. "I can {?c:d}|{a}. "I can {?c:l}]." [And they all danced
        around.|{h} put the {t} safely away.|Then they went on playing.] {>close h}
        """,
        """
        name: the baby bird
        cast: n =nestword; a =skyword; h child; m adult; x bird wild; t tool holds; f child
        verbs: fall fly feed open
        summary: {h} finds a baby {x.kind} that fell from its nest, takes care of it, and lets it fly.
        ---
        Under a tree, {h} found a baby {x.kind}. It had fallen out of its {?r:n}. It was tiny and cold, and it {?f:x.sound}
        very softly. {!cause the wind shook the tree -> the baby {x.kind} fell}"Poor little thing," said {h}. {h.He} wanted to
        pick it up. "Wait," {~said} {m}. "[We must be very gentle|Let me look at it first|Do not squeeze it]." The baby
        {x.kind} had a hurt wing. {>moment}

        They put some soft grass into a {t} and laid the baby {x.kind} in it. "What does it eat?" {~asked} {h}.
        "A {x.kind} eats {?f:x.food}," {~answered} {m}. So {h} and {h.his} friend {f} [looked for {x.food} every day|brought it
        {x.food} every morning and every evening]. The bird grew. [It began to know {h}'s voice.|It slept in the {?c:t} and
        woke {h} every morning.|It liked to sit on {f}'s head.]

        One morning, the {?c:x.kind} opened its wings. It was well again! "It wants to {?r:a}," said {m}. {h} was {~sad}. "I
        want to keep it," {h.he} said. "[A bird needs the sky|Would you like to live in a {t}|It has a family out there],"
        {~said} {m}. {h} thought about it for a long time.

        Then {h} carried the {?c:t} outside and opened it. The {x.kind} looked at {h}, {x.sound} one more time, and flew up to
        the tree. {h} waved, and so did {?c:f}. [The next spring, a {x.kind} built a nest right under {h}'s window.|Every
        morning after that, a {x.kind} sang outside {h}'s window.|{h} missed it, but {h.he} knew that it was {~happy}.] {>close h}
        """,
        """
        name: under the sea
        cast: x sea named; y sea named; t treasure; z sea named; c ~color
        verbs: swim hide shine give
        summary: {x} the {x.kind} finds a {t} in the sea and gives it back to {z}, who lost it.
        ---
        Deep in the sea lived {x} the {x.kind} and {x.his} friend {y} the {y.kind}. {~day}, they were swimming between the {c}
        plants. {x} saw something on the sand. It was a {t.full}! {!hold x t}"Look what I found!" {~shouted} {x}. "It
        [shines|glitters|sparkles] so much!" "It is beautiful," {~said} {y}. "[Maybe somebody lost it|Whose is it|Will you
        keep it]?"

        "I want to keep it," said {x}. {x.He} carried the {?c:t} to {x.his} home and looked at it all day. But {~evening},
        {x} heard somebody cry. It was {z} the {z.kind}. "What is wrong?" {~asked} {x}. "I lost my {?c:t}," {~answered} {z}. "My grandma gave it to me. I have looked everywhere." {!cause {z} lost the {t} -> {z} was {~sad}}

        {x} went back and looked at the {?c:t}. [It was so pretty!|It did not look so bright any more.|{x.He} thought and
        thought.] "{y}, what shall I do?" {x.he} {~asked}. "[You know it already|How would you feel if it was yours|What does
        your heart say]?" {~answered} {?c:y}. {x} took the {t} and swam to {z}. "I found it on the sand," {x.he} said. "It is
        yours."

        {z} was so {~happy} that {z.he} swam in circles. {!hold z t}"Thank you, {?c:x}! You are [honest|a good friend|so kind],"
        {z.he} {~said}. Since then, the three friends [swim together every day|play {~games} in the waves|share everything that
        they find]. And the {?c:t} is with {?c:z}, where it belongs. {>close x}
        """,
    ]
}
